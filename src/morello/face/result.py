"""A result: what matters in the data that was given, ready to look at."""

import functools
from pathlib import Path
from typing import Any

from morello.face.receipt import Receipt
from morello.face.runtime import Runtime
from morello.kernel.caller import Reply
from morello.kernel.messages import Message, render
from morello.storage.file import write

_SHOWN_MAX = 10


class Insight:
    """One thing worth knowing. Prints as its sentence; has everything a finding has."""

    def __init__(self, finding: Any, language: str) -> None:
        self._finding = finding
        self._language = language

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        return render(self._finding.message, self._language)

    @property
    def details(self) -> list[str]:
        """More on it, and what to be careful about, in words."""
        said = [*getattr(self._finding, "details", ()), *self._finding.caveats]
        return [render(each, self._language) for each in said]

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return self.sentence

    def __getattr__(self, name: str) -> Any:
        return getattr(self._finding, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *type(self._finding).model_fields})


class Result:
    """What was found in a table: lists of insights, the best first, and the proof."""

    def __init__(self, reply: Reply, runtime: Runtime, language: str) -> None:
        self._output = reply.output
        self._call = str(reply.call_id)
        self._runtime = runtime
        self._language = language
        self.receipt = Receipt(str(reply.event_id), runtime.call, language)

    @property
    def analysis(self) -> Any:
        """The whole analysis, as a model."""
        return self._output.analysis

    @property
    def imported(self) -> Any:
        """How the source was read: its dialect, and the rows that were rejected."""
        return self._output.imported

    @functools.cached_property
    def insights(self) -> list[Insight]:
        """Everything that was found, the most worth knowing first."""
        return self._insights(self.analysis.findings)

    @functools.cached_property
    def outliers(self) -> list[Insight]:
        """Unusual values."""
        return self._insights(self.analysis.outliers)

    @functools.cached_property
    def patterns(self) -> list[Insight]:
        """Trends, changes, and what moves together."""
        return self._insights(self.analysis.patterns)

    @functools.cached_property
    def business_insights(self) -> list[Insight]:
        """What moves the figures."""
        return self._insights(self.analysis.business_insights)

    @functools.cached_property
    def quality(self) -> list[Insight]:
        """What is wrong with the data."""
        return self._insights(self.analysis.quality)

    @functools.cached_property
    def model_suggestions(self) -> list[Insight]:
        """What could be predicted."""
        return self._insights(self.analysis.model_suggestions)

    @property
    def profile(self) -> Any:
        """What is in each column."""
        return self.analysis.profile

    @property
    def rows_read(self) -> int:
        """Rows taken from the source."""
        return int(self.analysis.rows_read)

    @property
    def rows_rejected(self) -> int:
        """Rows of the source that could not be taken."""
        return int(self.analysis.rows_rejected)

    @property
    def data(self) -> str:
        """The dataset and its version, as `morello.call` takes it."""
        return f"{self.analysis.dataset}@{self.analysis.version}"

    def report(self, path: str | Path) -> Path:
        """Write a report, one HTML page that needs nothing else. Returns where."""
        given = {"data": self.data, "language": self._language, "call": self._call}
        target = Path(path).expanduser()
        with self._runtime.call("insights.report", given).output.open() as stream:
            write(target, stream)
        return target

    def __repr__(self) -> str:
        read = {name: getattr(self.analysis, name) for name in ("dataset", "columns", "rows_read")}
        lines = [self._words("cli.summary.read", **read)]
        if self.rows_rejected:
            lines.append(self._words("cli.python.rejected", rows=self.rows_rejected))
        if self.analysis.nothing_noteworthy:
            lines.append(self._words("cli.summary.nothing"))
        lines += [f"{n}. {each}" for n, each in enumerate(self.insights[:_SHOWN_MAX], start=1)]
        if len(self.insights) > _SHOWN_MAX:
            lines.append(self._words("cli.python.more", more=len(self.insights) - _SHOWN_MAX))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from morello.analysis.report.notebook import to_html  # noqa: PLC0415 - notebooks only

        return to_html(self.analysis, self._language)

    def _insights(self, findings: list[Any]) -> list[Insight]:
        return [Insight(each, self._language) for each in findings]

    def _words(self, identifier: str, **parameters: Any) -> str:
        return render(Message(id=identifier, parameters=parameters), self._language)
