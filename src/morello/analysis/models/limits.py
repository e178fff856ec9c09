"""The limits of a model: what a reader of its card has to keep in mind."""

from collections.abc import Mapping

from morello.analysis.models.card import Card
from morello.kernel.messages import Message

TOO_GOOD = 0.97
"""Skill beyond which a leak is likelier than luck."""
TEST_ROWS_FEW = 200


def limits_of(card: Card, sampled: int, left_out: Mapping[str, int], held: int) -> list[Message]:
    """Return them; `left_out` counts rows by why they are not used, `held` targets far out."""
    test = card.split.parts[-1]
    found: list[tuple[bool, str, dict[str, object]]] = [
        (not card.worth, "not_worth", {}),
        (card.skill.value >= TOO_GOOD, "too_good", {}),
        (sampled < card.rows, "sampled", {"sampled": sampled, "rows": card.rows}),
        (bool(left_out.get("limit")), "limited", {"rows": card.rows_used}),
        (test.rows < TEST_ROWS_FEW, "few", {"rows": test.rows}),
        (card.split.method == "time", "time", _times(card)),
        (card.split.method == "group", "group", {"column": card.split.column}),
        (bool(left_out.get("unknown")), "unknown", {"rows": left_out.get("unknown", 0)}),
        (bool(left_out.get("rare")), "rare", {"rows": left_out.get("rare", 0)}),
        (bool(left_out.get("untimed")), "untimed", {"rows": left_out.get("untimed", 0)}),
        (held > 0, "held", {"rows": held}),
        (_has_no_interval(card), "no_interval", {}),
        (bool(card.leaks), "leaks", {"leaks": card.leaks}),
        (True, "cause", {}),
    ]
    return [
        Message(id=f"model.limit.{name}", parameters=parameters)
        for holds, name, parameters in found
        if holds
    ]


def _has_no_interval(card: Card) -> bool:
    return card.kind == "regression" and card.honesty.half_width is None


def _times(card: Card) -> dict[str, object]:
    """Say until when the model learned, and on what time it was tested."""
    moments = {
        "learned": card.split.parts[1].ends,
        "starts": card.split.parts[-1].starts,
        "ends": card.split.parts[-1].ends,
    }
    return {name: str(each.date()) if each else "" for name, each in moments.items()}
