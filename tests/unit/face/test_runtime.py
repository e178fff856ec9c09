import os
import signal
import threading
from typing import Any

import pytest

from morello.face.runtime import Runtime


def test_it_opens_once_and_closes(runtime: Runtime, installation: Any) -> None:
    assert runtime.installation == installation
    assert runtime.call("fake.anything", {"x": 1}).output.x == 1
    runtime.close()
    runtime.close()
    assert installation.closed == 1
    assert not any(each.name == "morello" for each in threading.enumerate())
    assert runtime.call("fake.anything", {"x": 2}).output.x == 2


async def test_it_works_inside_a_running_loop(runtime: Runtime) -> None:
    assert runtime.call("fake.anything", {"x": 1}).output.x == 1


def test_ctrl_c_cancels_the_call(runtime: Runtime, installation: Any) -> None:
    assert runtime.installation == installation
    installation.caller.wait_s = 5.0
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        runtime.call("fake.anything", {})
    assert installation.caller.calls[0].cancellation.is_set


def test_a_forked_child_opens_its_own(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert runtime.installation
    parent = runtime._background
    assert parent is not None
    monkeypatch.setattr(runtime, "_process", -1)
    assert runtime.installation
    assert runtime._background is not parent
    parent.end()
