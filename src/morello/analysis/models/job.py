"""What runs in a worker process: train, predict, evaluate. It may be killed at any moment.

A model's content is loaded here and nowhere else.
"""

from collections.abc import Callable

from morello.analysis.models import scoring
from morello.analysis.models.task import ScoreTask, TrainTask
from morello.analysis.models.training import train as learn
from morello.data.engine.connection import DEFAULT_MEMORY_MAX_BYTES
from morello.data.engine.duckdb_reader import DuckReader
from morello.jobs.memory import memory_share
from morello.kernel.clock import SystemClock
from morello.kernel.context import Progress
from morello.kernel.messages import Message

REPORT_EVERY_S = 0.2
_ENGINE_SHARE = 0.4
"""Of a worker's memory: learning takes the rest."""

Report = Callable[[bytes], None]


def train(task: TrainTask, report: Report) -> bytes:
    """Train a model; return a `Trained` (JSON)."""
    reporter = _Reporter(report)
    made = learn(_reader(), task.pinned, task.wish, report=reporter.tell)
    return made.model_dump_json().encode()


def predict(task: ScoreTask, report: Report) -> bytes:
    """Score every row into the task's stage; return a `Predicted` (JSON)."""
    return scoring.predict(task, _reader(), _Reporter(report).share).model_dump_json().encode()


def evaluate(task: ScoreTask, report: Report) -> bytes:
    """Judge a model on a version; return an `Evaluated` (JSON)."""
    return scoring.evaluate(task, _reader(), _Reporter(report).share).model_dump_json().encode()


def _reader() -> DuckReader:
    return DuckReader(
        memory_max_bytes=memory_share(_ENGINE_SHARE, at_most_bytes=DEFAULT_MEMORY_MAX_BYTES)
    )


class _Reporter:
    """Reports how far the work is, often enough and not more."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._clock = SystemClock()
        self._last_s = self._clock.monotonic() - REPORT_EVERY_S

    def tell(self, progress: Progress) -> None:
        """Pass progress on."""
        now = self._clock.monotonic()
        if now - self._last_s >= REPORT_EVERY_S:
            self._last_s = now
            self._report(progress.model_dump_json().encode())

    def share(self, share: float) -> None:
        """Pass on how much of the scoring is done."""
        self.tell(Progress(message=Message(id="model.progress.scoring"), share=round(share, 3)))
