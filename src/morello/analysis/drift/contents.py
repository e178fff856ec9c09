"""What is different in the values of one column: gaps, numbers, categories, extremes."""

import functools

import numpy as np

from morello.analysis.drift.ladders import Counts, counts_of, ladder_of
from morello.analysis.drift.pair import Pair, Suspicion
from morello.analysis.drift.pictures import ladders_chart, shares_chart
from morello.analysis.insights.table.roles import is_identifier
from morello.analysis.insights.words import plain, say, share
from morello.analysis.methods.quality.shift import (
    KS_MIN,
    PSI_MIN,
    Ladder,
    Shift,
    difference_of_shares,
    shift_of_counts,
    shift_of_numbers,
)

NULLS_MIN = 0.02
"""Least difference between shares of gaps worth telling; a fourth of it where there were none."""
POINTS_MIN = 0.03
"""Least difference between the shares of a category worth naming."""
NEW_SHARE_MIN = 0.002
NEW_ROWS_MIN = 5
RANGE_MIN = 9.0
"""By how many times its range a number has to leave it: heavy tails go twice as far by chance."""
_LEVELS_MAX = 12
"""Numbers of fewer different values are compared value by value."""
_SHOWN_MAX = 4
_MOVED = 0.1

Tested = tuple[list[Suspicion], list[float]]
"""What is suspected, and the p of every test that was made."""


def of_contents(pair: Pair) -> Tested:
    """Compare one column's values."""
    found, tests = _nulls(pair)
    is_comparable = type(pair.before) is type(pair.after)
    if not is_comparable or any(is_identifier(each) for each in pair.profiles):
        return found, tests  # names go on and on
    counts = [
        counts_of(each, profile)
        for each, profile in zip((pair.before, pair.after), pair.profiles, strict=True)
    ]
    ladders = ladder_of(pair.before), ladder_of(pair.after)
    is_number = all(each is not None for each in ladders)
    is_level = max(each.distinct for each in pair.profiles) <= _LEVELS_MAX
    more: Tested = ([], [])
    if counts[0] and counts[1] and (not is_number or is_level):
        more = _categories(pair, counts[0], counts[1])
        if is_number:
            ends, tested = _range(pair)
            more = more[0] + ends, more[1] + tested
    elif ladders[0] is not None and ladders[1] is not None:
        more = _numbers(pair, ladders[0], ladders[1])
    return found + more[0], tests + more[1]


def _nulls(pair: Pair) -> Tested:
    first, second = pair.profiles
    if not first.rows or not second.rows:
        return [], []
    p = difference_of_shares((first.nulls, second.nulls), (first.rows, second.rows))
    shares = first.nulls / first.rows, second.nulls / second.rows
    least = NULLS_MIN if min(shares) > 0 else NULLS_MIN / 4
    difference = abs(shares[1] - shares[0])
    if difference < least:
        return [], [p]
    way = "more" if shares[1] > shares[0] else "fewer"
    message = say(
        f"drift.nulls.{way}", column=pair.name, before=share(shares[0]), after=share(shares[1])
    )
    suspicion = Suspicion(
        kind="nulls",
        columns=(pair.name,),
        message=message,
        weight=difference * 2,
        p_value=p,
        numbers={"before": shares[0], "after": shares[1]},
    )
    return [suspicion], [p]


def _numbers(pair: Pair, before: Ladder, after: Ladder) -> Tested:
    found, tests = _range(pair)
    shift = shift_of_numbers(before, after)
    tests.append(shift.p_value)
    if shift.psi < PSI_MIN and shift.distance < KS_MIN:
        return found, tests
    middles = before.quantile(0.5), after.quantile(0.5)
    spreads = [each.quantile(0.75) - each.quantile(0.25) for each in (before, after)]
    numbers = {"before": middles[0], "after": middles[1], **_measured(shift)}
    if abs(middles[1] - middles[0]) > _MOVED * max(spreads[0], 1e-300):
        way = "higher" if middles[1] > middles[0] else "lower"
        message = say(f"drift.shift.{way}", column=pair.name, before=middles[0], after=middles[1])
    else:
        way = "wider" if spreads[1] > spreads[0] else "narrower"
        numbers |= {"spread_before": spreads[0], "spread_after": spreads[1]}
        message = say(f"drift.shift.{way}", column=pair.name, before=spreads[0], after=spreads[1])
    suspicion = Suspicion(
        kind="shift",
        columns=(pair.name,),
        message=message,
        weight=max(shift.psi / 2, shift.distance),
        p_value=shift.p_value,
        numbers=numbers,
        details=(say("drift.measures.numbers", **_measured(shift)),),
        chart=ladders_chart(pair.name, before, after, pair.labels),
    )
    return [*found, suspicion], tests


def _measured(shift: Shift) -> dict[str, float]:
    return {"psi": shift.psi, "distance": shift.distance}


def _range(pair: Pair) -> Tested:
    """Tell of values ten times further out than any before, and of the first negative ones."""
    first, second = pair.profiles
    known = (first.minimum, second.minimum, first.maximum, second.maximum)
    low, new_low, high, new_high = (_number(each) for each in known)
    found, tests = [], []
    reach = RANGE_MIN * max(high - low, abs(high), abs(low))
    for way, old, new in (("high", high, new_high), ("low", low, new_low)):
        if (new - old if way == "high" else old - new) > reach:
            found.append(_ranged(pair, way, (old, new), None))
    if not first.negatives and second.negatives:
        p = float((1 - second.negatives / second.rows) ** first.rows)
        tests.append(p)
        if not found:
            found.append(_ranged(pair, "negative", (low, new_low), p))
    return found, tests


def _ranged(pair: Pair, way: str, ends: tuple[float, float], p: float | None) -> Suspicion:
    rows = pair.profiles[1].negatives
    before, after = ends
    return Suspicion(
        kind="range",
        columns=(pair.name,),
        message=say(f"drift.range.{way}", column=pair.name, before=before, after=after, rows=rows),
        weight=0.8,
        p_value=p,
        numbers={"before": before, "after": after},
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _categories(pair: Pair, before: Counts, after: Counts) -> Tested:
    values = sorted(before.by_value.keys() | after.by_value.keys(), key=str)
    arrays = [
        np.array([each.by_value.get(value, 0) for value in values], dtype=np.float64)
        for each in (before, after)
    ]
    found, tests = [], []
    for kind, here, other in (("appeared", after, before), ("vanished", before, after)):
        p, suspicion = _only_there(pair, kind, here, other)
        tests += [p] if p is not None else []
        found += [suspicion] if suspicion is not None else []
    shift = shift_of_counts(*arrays)
    if shift is None:
        return found, tests
    parts = [each / each.sum() for each in arrays]
    moved = parts[1] - parts[0]
    most = int(np.argmax(np.abs(moved)))
    told = {value for each in found for value in each.columns[1:]}
    is_told = str(plain(values[most])) in told
    is_far = max(shift.psi, shift.distance) >= PSI_MIN or np.abs(moved).sum() / 2 >= KS_MIN
    if is_far and abs(moved[most]) >= POINTS_MIN and not is_told:
        found.append(_mix(pair, values, (parts[0].tolist(), parts[1].tolist()), most, shift))
    return found, [*tests, shift.p_value]


def _mix(
    pair: Pair,
    values: list[object],
    parts: tuple[list[float], list[float]],
    most: int,
    shift: Shift,
) -> Suspicion:
    shares = {value: (parts[0][at], parts[1][at]) for at, value in enumerate(values)}
    first, second = parts[0][most], parts[1][most]
    message = say(
        f"drift.mix.{'up' if second > first else 'down'}",
        column=pair.name,
        value=plain(values[most]),
        before=share(first),
        after=share(second),
    )
    return Suspicion(
        kind="mix",
        columns=(pair.name,),
        message=message,
        weight=max(shift.distance, abs(second - first) * 2),
        p_value=shift.p_value,
        numbers={"before": first, "after": second, **_measured(shift)},
        details=(say("drift.measures.counts", **_measured(shift)),),
        chart=shares_chart(pair.name, shares, pair.labels),
    )


def _only_there(
    pair: Pair, kind: str, here: Counts, other: Counts
) -> tuple[float | None, Suspicion | None]:
    """Tell of values that only one version has; p is that the other just happened to miss them."""
    only = {value: n for value, n in here.by_value.items() if value not in other.by_value}
    rows = sum(only.values())
    if not only or not other.rows:
        return None, None
    part = rows / here.rows
    p = float((1 - part) ** other.rows)
    if rows < NEW_ROWS_MIN or part < NEW_SHARE_MIN:
        return p, None
    by_rows = functools.partial(max, key=lambda value: only[value])
    frequent = sorted(only, key=lambda value: (-only[value], str(value)))[:_SHOWN_MAX]
    several = "one" if len(only) == 1 else "many" if len(only) > _SHOWN_MAX else "several"
    message = say(
        f"drift.{kind}.{several}",
        column=pair.name,
        values=[str(plain(each)) for each in frequent],
        count=len(only),
        share=share(part),
    )
    shares = {
        value: (0.0, n / here.rows) if kind == "appeared" else (n / here.rows, 0.0)
        for value, n in only.items()
    }
    return p, Suspicion(
        kind="appeared" if kind == "appeared" else "vanished",
        columns=(pair.name, *(str(plain(each)) for each in [by_rows(only)])),
        message=message,
        weight=part * 2,
        p_value=p,
        numbers={"values": float(len(only)), "rows": float(rows), "share": part},
        chart=shares_chart(pair.name, shares, pair.labels),
    )
