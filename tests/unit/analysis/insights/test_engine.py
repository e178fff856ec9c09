"""The insight engine: what is planted is told, what is not is not, and every number holds."""

import datetime
import decimal
import io
import json
from importlib import resources
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv

from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.finding import Finding
from morello.analysis.insights.table import sample
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import Cancelled
from morello.kernel.messages import LANGUAGES, UNREVIEWED, Message, catalog, render

Columns = dict[str, Any]
Examine = Any
Ask = Any


def _loud(shop: Columns) -> Columns:
    """Plant nearly everything there is to find."""
    generator = np.random.default_rng(5)
    rows = len(shop["at"])
    shop["weight"] = shop["weight"] + 12.0 * (shop["region"] == "west")
    shop["weight"][[3, 700]] = [900.0, 950.0]
    late = shop["at"] >= np.datetime64("2024-08-01")
    shop["amount"] = shop["amount"] * np.where(late, 1.4, 1.0)
    shop["rating"] = pa.array(
        np.clip(np.round(6 - shop["weight"] / 30 + generator.normal(0, 1, rows)), 1, 5),
        mask=(shop["channel"] == "web") & (generator.random(rows) < 0.4),
    )
    shop["paid"] = np.where(
        (shop["channel"] == "web") & (generator.random(rows) < 0.8), "card", "cash"
    )
    shop["city"] = np.char.add("city of ", shop["region"])
    shop["total"] = shop["amount"] + shop["weight"]
    shop["always"] = np.full(rows, "x")
    return shop


def _told(finding: Finding) -> list[Message]:
    titles = [] if finding.chart is None else [finding.chart.title]
    return [finding.message, *finding.details, *finding.caveats, *titles]


def _ids(message: Message) -> list[str]:
    inner = [each for each in message.parameters.values() if isinstance(each, Message)]
    listed = [each for each in message.parameters.values() if isinstance(each, list)]
    inner += [each for several in listed for each in several if isinstance(each, Message)]
    return [message.id, *(found for each in inner for found in _ids(each))]


def test_without_signal_nothing_is_noteworthy(examine: Examine, shop: Columns) -> None:
    analysis = examine(shop)
    assert analysis.nothing_noteworthy
    assert not analysis.outliers
    assert not analysis.patterns
    assert not analysis.business_insights
    assert analysis.tests_made > 50
    assert (analysis.rows, analysis.columns) == (1_500, 6)
    assert (analysis.rows_read, analysis.rows_rejected) == (1_500, 3)


def test_a_segment_is_told_with_its_size(examine: Examine, shop: Columns) -> None:
    shop["weight"] = shop["weight"] + 12.0 * (shop["region"] == "west")
    analysis = examine(shop)
    [finding] = analysis.business_insights
    assert finding.id == "segment:region=west:weight"
    assert finding.numbers["mean"] - finding.numbers["elsewhere"] == pytest.approx(12, abs=2)
    sentence = render(finding.message)
    assert "Where region is west, the average weight is 1" in sentence
    assert "% higher than elsewhere" in sentence
    assert not analysis.nothing_noteworthy


def test_every_query_gives_the_numbers_it_is_told_with(
    examine: Examine, ask: Ask, shop: Columns
) -> None:
    columns = _loud(shop)
    analysis = examine(columns)
    kinds = {each.kind for each in analysis.findings}
    assert {"segment", "outliers", "association", "missing", "constant", "codes"} <= kinds
    assert kinds & {"change", "trend"}
    for finding in analysis.findings:
        [row] = ask(columns, finding.sql)
        assert {key: float(each) for key, each in row.items()} == pytest.approx(finding.numbers)
        if finding.rows_sql is not None:
            assert isinstance(ask(columns, finding.rows_sql), list)


def test_everything_told_has_a_text_in_every_language(examine: Examine, shop: Columns) -> None:
    analysis = examine(_loud(shop))
    messages = [message for finding in analysis.findings for message in _told(finding)]
    messages += [each.message for each in analysis.model_suggestions]
    messages += [each for each in analysis.notes if each.id.startswith("insight.")]
    for language in LANGUAGES:
        for message in messages:
            spoken = language in UNREVIEWED or all(
                each in catalog(language) for each in _ids(message)
            )
            assert spoken, message.id
            assert "{" not in render(message, language), render(message, language)


def test_an_echo_is_told_once(examine: Examine, shop: Columns) -> None:
    shop["weight"] = shop["weight"] + 12.0 * (shop["region"] == "west")
    shop["heft"] = shop["weight"] * 2 + np.random.default_rng(1).normal(0, 9, 1_500)
    shop["district"] = np.where(shop["region"] == "west", "coast", "inland")
    segments = [each for each in examine(shop).business_insights if each.kind == "segment"]
    assert len(segments) == 1


def test_an_analysis_survives_json(examine: Examine, shop: Columns) -> None:
    analysis = examine(_loud(shop))
    again = Analysis.model_validate_json(analysis.model_dump_json())
    assert again.model_dump_json() == analysis.model_dump_json()


def test_the_same_table_gives_the_same_analysis(examine: Examine, shop: Columns) -> None:
    first, second = (examine(_loud(dict(shop))) for _ in range(2))
    assert first.model_dump_json() == second.model_dump_json()


def test_a_large_table_is_sampled_and_says_so(
    examine: Examine, shop: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "ROWS_MAX", 900)
    shop["weight"] = shop["weight"] + 15.0 * (shop["region"] == "west")
    shop["weight"][[3, 700]] = [900.0, 950.0]
    analysis = examine(shop)
    assert "insight.note.sampled" in {each.id for each in analysis.notes}
    segment = next(each for each in analysis.business_insights if each.kind == "segment")
    everywhere = segment.numbers["rows"] + segment.numbers["rows_elsewhere"]
    assert everywhere == 1_498  # all rows but the two outliers, which the sample may lack
    assert {each.id for each in analysis.outliers} == {"outliers:weight:high"}


def test_hostile_names_and_values_are_quoted(examine: Examine, ask: Ask, shop: Columns) -> None:
    hostile = {
        'x"; DROP TABLE y; --': shop["weight"] + 12.0 * (shop["region"] == "west"),
        "région 🍒": np.where(shop["region"] == "west", "o'west\"; --", shop["region"]),
        "{at}": shop["at"],
    }
    analysis = examine(hostile)
    segment = next(each for each in analysis.business_insights if each.kind == "segment")
    [row] = ask(hostile, segment.sql)
    assert row["mean"] > row["elsewhere"]
    assert "o'west\"; --" in render(segment.message)


def test_it_reports_and_can_be_stopped(examine: Examine, shop: Columns) -> None:
    seen: list[float] = []
    examine(shop, report=lambda update: seen.append(update.share))
    assert seen == sorted(seen)
    stopped = Cancellation()
    stopped.cancel()
    with pytest.raises(Cancelled):
        examine(shop, cancellation=stopped)


def test_what_was_planted_in_the_sample_is_found(examine: Examine) -> None:
    folder = resources.files("morello.sample")
    text = (folder / "orders.csv").read_bytes()
    table = csv.read_csv(
        io.BytesIO(text),
        parse_options=csv.ParseOptions(invalid_row_handler=lambda _: "skip"),
        convert_options=csv.ConvertOptions(strings_can_be_null=True),
    )
    analysis = examine(table)
    found = {each.id: each for each in analysis.findings}
    assert {
        "outliers:amount:high",
        "change:segment:amount:branch=Harbour",
        "segment:channel=delivery:wait_minutes",
        "correlation:party_size:amount",
        "correlation:wait_minutes:rating",
        "trend:share:channel=delivery",
        "missing:rating:channel=takeaway",
        "spelling:payment",
        "weekday:rows",
        "duplicates",
    } <= set(found)
    planted = json.loads((folder / "effects.json").read_text())
    cents = next(each for each in planted["effects"] if each["kind"] == "outliers")
    assert found["outliers:amount:high"].numbers["outliers"] == len(cents["order_ids"])
    told = [set(each.columns) for each in analysis.findings]
    assert not [pair for pair in planted["nothing_planted"] if set(pair) in told]


_ROWS = 60
_PLACES = range(_ROWS)
_ODD: dict[str, Columns | pa.Table] = {
    "no columns": pa.table({}),
    "no rows": pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())}),
    "one row": {"a": [1], "b": ["x"], "t": [datetime.date(2024, 1, 1)]},
    "one column": {"a": np.arange(_ROWS)},
    "all null": {"a": pa.nulls(_ROWS), "b": pa.nulls(_ROWS, pa.float64()), "c": np.arange(_ROWS)},
    "constants": {"a": np.ones(_ROWS), "b": ["x"] * _ROWS, "c": [True] * _ROWS},
    "infinities": {
        "a": np.where(np.arange(_ROWS) % 7 == 0, np.inf, np.arange(_ROWS) * 1.5),
        "b": np.where(np.arange(_ROWS) % 5 == 0, np.nan, -np.arange(_ROWS) * 1e300),
        "c": ["x", "y", "z"] * 20,
    },
    "year 9999": {
        "t": pa.array([datetime.date(2024, 1, 1 + each % 28) for each in range(58)]
                      + [datetime.date(9999, 12, 31), datetime.date(1, 1, 1)]),
        "a": np.arange(60) % 9,
    },
    "types": pa.table(
        {
            "decimal": pa.array([decimal.Decimal("1.10") * each for each in range(_ROWS)]),
            "list": pa.array([[each] for each in range(_ROWS)]),
            "struct": pa.array([{"x": each} for each in range(_ROWS)]),
            "clock": pa.array([datetime.time(each % 24) for each in range(_ROWS)]),
            "span": pa.array([datetime.timedelta(each) for each in range(_ROWS)]),
            "zoned": pa.array(
                [datetime.datetime(2024, 1 + each % 12, 1, tzinfo=datetime.UTC) for each in _PLACES]
            ),
            "bytes": pa.array([b"x"] * _ROWS),
            "dictionary": pa.array(["a", "b"] * 30).dictionary_encode(),
            "flag": pa.array([True, False, None] * 20),
            "tiny": pa.array([each % 3 for each in range(_ROWS)], pa.uint8()),
            "big": pa.array([2**63 + each for each in range(_ROWS)], pa.uint64()),
        }
    ),
    "three points": {"t": [datetime.date(2024, each, 1) for each in (1, 2, 3)], "a": [1.0, 2, 3]},
}  # fmt: skip


@pytest.mark.parametrize("case", _ODD)
def test_odd_tables_are_answered(case: str, examine: Examine) -> None:
    analysis = examine(_ODD[case])
    assert analysis.nothing_noteworthy
    for finding in analysis.findings:
        assert "{" not in render(finding.message)
    Analysis.model_validate_json(analysis.model_dump_json())


@pytest.mark.slow
def test_five_thousand_columns_are_answered(examine: Examine) -> None:
    generator = np.random.default_rng(1)
    analysis = examine({f"c{each}": generator.normal(size=50) for each in range(5_000)})
    assert analysis.columns == 5_000
    assert "insight.note.measures" in {each.id for each in analysis.notes}


def test_numbers_without_outliers_say_so(examine: Examine) -> None:
    generator = np.random.default_rng(3)
    first = generator.normal(size=2_000)
    second = first + generator.normal(size=2_000)
    second[:3] = 900.0
    found = examine({"first": first, "second": second}).patterns[0]
    assert "insight.without_outliers" in [each.id for each in found.details]
    assert found.numbers["r"] == pytest.approx(0.7, abs=0.05)
