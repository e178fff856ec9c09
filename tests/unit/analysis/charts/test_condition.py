import pytest
from pydantic import ValidationError

from morello.analysis.charts.condition import VALUES_MAX, Condition


@pytest.mark.parametrize(
    "given",
    [
        {"how": "between", "values": [1]},
        {"how": "within", "values": [1, 2, 3]},
        {"how": "present", "values": [1]},
        {"how": "in", "values": []},
        {"how": "weekday"},
        {"how": "LIKE", "values": ["x"]},
        {"values": ["x" * 10_001]},
        {"values": list(range(VALUES_MAX + 1))},
    ],
)
def test_a_condition_takes_the_values_it_can_use(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Condition.model_validate({"column": "a", **given})


def test_values_keep_their_types() -> None:
    given = {"column": "a", "values": [True, 1, 1.5, "1", None]}
    values = Condition.model_validate(given).values
    assert [type(each) for each in values] == [bool, int, float, str, type(None)]
