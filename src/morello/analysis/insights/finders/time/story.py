"""The story of a series that moved, in words."""

import dataclasses

from morello.analysis.insights.candidate import Numbers, Telling
from morello.analysis.insights.words import direction, say, share
from morello.kernel.messages import Message


@dataclasses.dataclass(frozen=True, slots=True)
class Story:
    """What a sentence on a course needs besides the numbers."""

    kind: str
    what: str
    names: dict[str, object]
    expected: float
    unit: Message
    early_end: str
    late_start: str
    late_end: str
    """Empty where it lasts to the end."""
    others: list[str]
    """When the other changes were."""


def tell(story: Story, numbers: Numbers) -> Telling | None:
    """Put the levels before and after into a sentence; None when they deny it."""
    before, after = numbers["before"], numbers["after"]
    moved, details = after - before, []
    if story.what == "segment":
        elsewhere = numbers["before_elsewhere"], numbers["after_elsewhere"]
        moved -= elsewhere[1] - elsewhere[0]
        details.append(say("course.elsewhere", before=elsewhere[0], after=elsewhere[1]))
    if moved * story.expected <= 0:
        return None
    is_share = story.what in ("share", "missing")
    shown = share if is_share else float
    for place, date in enumerate(story.others, start=2):
        levels = {each: shown(numbers[f"{each}_{place}"]) for each in ("before", "after")}
        details.append(say("course.also.share" if is_share else "course.also", date=date, **levels))
    parameters: dict[str, object] = {
        **story.names,
        "before": shown(before),
        "after": shown(after),
        "date": story.late_start,
        "early": story.early_end,
        "unit": story.unit,
    }
    if story.kind == "change":
        dates = {"date": story.late_start, "until": story.late_end}
        parameters["when"] = say("when.between" if story.late_end else "when.since", **dates)
    way = direction(after - before)
    if is_share or before <= 0 or after <= 0:
        way = f"{way}.plain"
    else:
        parameters["change"] = share(abs(after / before - 1))
    return Telling(say(f"{story.kind}.{story.what}.{way}", **parameters), details)
