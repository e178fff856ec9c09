"""Who sees a model: those who see all that went into it."""

import uuid
from typing import Any

import pytest

from morello.data.models.model import ModelVersion
from morello.data.policy.rules import Rules
from morello.kernel.clock import SystemClock
from morello.kernel.ids import new_id

NOTHING: dict[str, Any] = {}
FILTER = {"row_filter": "city = 'Seoul'"}
HIDDEN = {"hidden_columns": frozenset({"email"})}
MASKED = {"masked_columns": frozenset({"email"})}


@pytest.mark.parametrize(
    ("maker", "reader", "sees"),
    [
        (NOTHING, NOTHING, True),
        (FILTER, NOTHING, True),
        (FILTER, FILTER, True),
        (NOTHING, FILTER, False),
        (FILTER, {"row_filter": "true"}, False),
        (NOTHING, HIDDEN, False),
        (NOTHING, MASKED, False),
        (HIDDEN, HIDDEN, True),
        (HIDDEN, MASKED, True),
        (MASKED, HIDDEN, False),
        (FILTER | HIDDEN, HIDDEN, True),
        (HIDDEN, FILTER | HIDDEN, False),
    ],
)
def test_a_reader_with_narrower_rights_never_sees_a_model(
    maker: dict[str, Any], reader: dict[str, Any], sees: bool
) -> None:
    assert model(Rules(**maker)).is_seen_by(Rules(**reader)) is sees


def model(rules: Rules) -> ModelVersion:
    return ModelVersion(
        organization_id=uuid.UUID(int=1),
        id=new_id(),
        name="waiting",
        digest="0" * 64,
        dataset_id=new_id(),
        dataset="orders",
        data_version="1" * 64,
        rules=rules,
        card={},
        bytes=1,
        made_at=SystemClock().now(),
        made_by=new_id(),
    )
