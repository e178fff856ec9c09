from collections.abc import Callable

import pytest

from morello.jobs.durable.job import State
from morello.kernel.principal import Principal

from .conftest import Worker
from .workshop import Workshop

pytestmark = pytest.mark.slow


async def test_a_job_runs_once_and_its_result_is_kept(
    workshop: Workshop, ada: Principal, start_worker: Callable[[], Worker]
) -> None:
    start_worker()
    job = await workshop.ask(ada, text="one")
    done = await workshop.until(ada, job)
    assert done.state is State.SUCCEEDED
    assert await workshop.jobs.result(ada, job) == {"text": "one"}
    notes = [text for text, _ in await workshop.notes(ada.organization_id)]
    assert notes.count("begun one") == notes.count("done one") == 1
