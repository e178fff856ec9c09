"""Roles: what is added up, what groups, what only names."""

from typing import Any

import numpy as np

LookAt = Any
_GENERATOR = np.random.default_rng(3)
_ROWS = 300


def _names(columns: Any) -> list[str]:
    return [each.name for each in columns]


def test_every_column_plays_its_part(look: LookAt) -> None:
    roles = look(
        {
            "order_id": np.arange(_ROWS) * 13,
            "customerId": [f"C{each % 40}" for each in range(_ROWS)],
            "store_no": _GENERATOR.integers(1, 6, _ROWS),
            "row": np.arange(_ROWS),
            "amount": _GENERATOR.normal(size=_ROWS),
            "rating": _GENERATOR.integers(1, 6, _ROWS),
            "class": _GENERATOR.integers(0, 3, _ROWS),
            "won": _GENERATOR.integers(0, 2, _ROWS),
            "flag": _GENERATOR.random(_ROWS) < 0.5,
            "city": [f"city {each % 5}" for each in range(_ROWS)],
            "remark": [f"a remark on {each}" for each in range(_ROWS)],
            "at": np.datetime64("2024-01-01") + np.arange(_ROWS),
        }
    ).roles
    assert _names(roles.measures) == ["amount", "rating"]
    assert set(_names(roles.dimensions)) >= {"store_no", "class", "won", "flag", "city"}
    assert {"order_id", "customerId", "row", "remark"} <= set(_names(roles.identifiers))
    assert _names(roles.times) == ["at"]
    assert not {"order_id", "row", "remark", "at"} & set(_names(roles.dimensions))


def test_limits_are_said(look: LookAt) -> None:
    roles = look({f"m{each}": _GENERATOR.normal(size=50) for each in range(40)}).roles
    assert len(roles.measures) == 24
    assert [each.parameters for each in roles.notes] == [{"looked": 24, "there": 40}]
