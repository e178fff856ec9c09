"""An analysis with one of everything, to be reported."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from morello.analysis.charts.chart import Axis, Chart, Mark, Series
from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.finding import Finding, Group
from morello.analysis.insights.suggestion import ModelSuggestion
from morello.analysis.methods.profile import (
    ColumnProfile,
    Histogram,
    Outliers,
    Profile,
    TopValue,
)
from morello.analysis.report.making import Making
from morello.kernel.messages import Message


def _chart(name: str) -> Chart:
    return Chart(
        kind="line",
        title=Message(id=f"{name} by month"),
        x=Axis(title="month", scale="time"),
        y=Axis(title=name),
        series=[Series(name=name, x=["2026-01-01", "2026-02-01"], y=[61.0, 44.0])],
        marks=[Mark(x="2026-02-01", label=name)],
        note=Message(id=f"note on {name}"),
    )


def _finding(group: Group, score: float, name: str, **changes: Any) -> Finding:
    given: dict[str, Any] = {
        "id": f"{group}:{name}",
        "kind": "change",
        "group": group,
        "message": Message(id=f"A {group} finding on {name}."),
        "details": [Message(id=f"detail on {name}")],
        "columns": [name],
        "effect": 0.5,
        "coverage": 0.25,
        "surprise": 0.5,
        "score": score,
        "p_value": 0.0001,
        "q_value": 0.004,
        "sql": f"SELECT avg({name}) FROM orders",  # noqa: S608 - shown, never run
        "rows_sql": f"SELECT * FROM orders WHERE {name} > 1",  # noqa: S608 - shown, never run
        "numbers": {name: 1234.5, "not a number": float("nan")},
        "chart": _chart(name),
        "caveats": [Message(id=f"caveat on {name}")],
    }
    return Finding(**{**given, **changes})


def _profile(name: str) -> Profile:
    number = ColumnProfile(
        name=name,
        type="double",
        kind="number",
        rows=1000,
        nulls=3,
        distinct=900,
        distinct_error=0.01,
        minimum=0.5,
        maximum=99.0,
        mean=50.25,
        deviation=10.0,
        quantiles={"0.05": 1.0, "0.5": 50.0, "0.95": 90.0},
        quantile_rank_error=0.013,
        histogram=Histogram(edges=[0.0, 50.0, 100.0], counts=[400, 597]),
        outliers=Outliers(lower=0, upper=95, below=0, above=4, method="tukey_3_iqr"),
    )
    category = ColumnProfile(
        name=f"{name} kind",
        type="string",
        kind="category",
        rows=1000,
        nulls=0,
        distinct=2,
        top=[TopValue(value=name, count=700), TopValue(value=True, count=300)],
    )
    empty = ColumnProfile(name="", type="null", kind="empty", rows=1000, nulls=1000)
    return Profile(rows=1000, columns=[number, category, empty])


def _analysis(name: str = "amount", **changes: Any) -> Analysis:
    given: dict[str, Any] = {
        "dataset": "orders",
        "version": "9f2c4be1a0d3" + "0" * 52,
        "rows": 1000,
        "columns": 3,
        "rows_read": 1000,
        "rows_rejected": 7,
        "outliers": [_finding("outliers", 0.9, name, q_value=None, p_value=None)],
        "patterns": [_finding("patterns", 0.8, name)]
        + [_finding("patterns", 0.1 + i / 100, f"{name} {i}", q_value=0.04) for i in range(4)],
        "business_insights": [_finding("business", 0.7, name, q_value=1e-9, chart=None)],
        "quality": [_finding("quality", 0.95, name, q_value=None)],
        "model_suggestions": [
            ModelSuggestion(
                kind="regression",
                target=name,
                features=[name, "branch"],
                message=Message(id=f"{name} can be predicted"),
                worth=0.871,
                leaks=["tax"],
                caveats=[Message(id="split by time")],
            )
        ],
        "nothing_noteworthy": False,
        "tests_made": 312,
        "false_discovery_rate": 0.05,
        "notes": [Message(id="sampled 20,000 rows")],
        "profile": _profile(name),
    }
    return Analysis(**{**given, **changes})


@pytest.fixture
def analysis_of() -> Callable[..., Analysis]:
    return _analysis


@pytest.fixture
def quiet() -> Analysis:
    """Nothing was found."""
    nothing: list[Any] = []
    return _analysis(
        outliers=nothing,
        patterns=nothing,
        business_insights=nothing,
        quality=nothing,
        model_suggestions=nothing,
        nothing_noteworthy=True,
        notes=nothing,
    )


@pytest.fixture
def making() -> Making:
    return Making(
        call=uuid.UUID("019aa012-6e40-7c21-9d3a-5f0e8b7a4c11"),
        source="orders.csv",
        source_sha256="ab" * 32,
        source_bytes=1234,
        synthetic=True,
    )
