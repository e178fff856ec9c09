"""Trouble: rows that break a rule, counted by one query and given by another."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from morello.analysis.charts.chart import Chart
from morello.analysis.insights.candidate import Candidate, Numbers, Telling
from morello.analysis.insights.table import query
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say, share
from morello.kernel.messages import Message


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A rule that some rows break; told with `rows` and `share`, denied when none or too many do.

    What it says is `insight.<kind>` with the parameters given here and the numbers of the query.
    """

    kind: str
    columns: Sequence[str]
    where: str
    """The condition of the rows that break it; NULL counts as kept."""
    parameters: Mapping[str, object] = dataclasses.field(default_factory=dict[str, object])
    details: Sequence[Message] = ()
    caveats: Sequence[Message] = ()
    share_max: float = 1.0
    """Where more rows break it, it is no rule."""
    effect: float = 0.8
    surprise: float = 0.8
    part: str = ""
    """What tells this one from another trouble of the same kind with the same columns."""
    shown: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    """More numbers for the sentence: names and expressions over the whole table."""
    denied_by: str = ""
    """A count over the whole table that has to be zero."""
    draw: Callable[[], Chart | None] = lambda: None

    def candidate(self, subject: Subject) -> Candidate:
        """Return the suspicion; its query counts the rows in the whole table."""
        counts = {"rows": f"count(*) FILTER (WHERE {self.where})", "whole": "count(*)"}
        if self.denied_by:
            counts["denied_by"] = self.denied_by
        return Candidate(
            id=":".join((self.kind, *self.columns, *filter(None, [self.part]))),
            kind=self.kind,
            group="quality",
            columns=list(self.columns),
            effect=self.effect,
            coverage=1.0,
            surprise=self.surprise,
            sql=query.select(counts | dict(self.shown), subject.source),
            rows_sql=query.rows(subject.dataset, self.where),
            tell=self._tell,
            draw=self.draw,
        )

    def _tell(self, numbers: Numbers) -> Telling | None:
        part = numbers["rows"] / max(numbers["whole"], 1)
        if not 0 < part <= self.share_max or numbers.get("denied_by"):
            return None
        known = {name: numbers[name] for name in self.shown}
        counts = {"rows": int(numbers["rows"]), "share": share(part)}
        return Telling(
            say(self.kind, **{"column": self.columns[0], **known, **counts, **self.parameters}),
            list(self.details),
            list(self.caveats),
            coverage=part,
        )
