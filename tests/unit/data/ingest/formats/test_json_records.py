import pytest

from morello.data.catalog.version import Rejected
from morello.data.ingest.formats.json_records import loaded
from morello.kernel.limits import NESTING_DEPTH_MAX
from morello.kernel.messages import REVIEWED, catalog, render


@pytest.mark.parametrize(
    ("line", "case", "parameters"),
    [
        ('{"a":}', "json", {"problem": "Expecting value", "column": 6}),
        ('{"a": 1e999}', "number", {}),
        ('{"a": ' + "9" * 5000 + "}", "number", {}),
        ('{"a": "\\ud800"}', "characters", {}),
        ('{"a": ' + "[" * 200 + "]" * 200 + "}", "nested", {"depth_max": NESTING_DEPTH_MAX}),
    ],
)
def test_a_broken_record_says_why_by_a_message(
    line: str, case: str, parameters: dict[str, object]
) -> None:
    rejected = loaded(3, line)
    assert isinstance(rejected, Rejected)
    assert rejected.line == 3
    assert rejected.reason.id == f"data.rejected.{case}"
    assert rejected.reason.parameters == parameters
    assert len({render(rejected.reason, each) for each in REVIEWED}) == len(REVIEWED)
    assert all(rejected.reason.id in catalog(each) for each in REVIEWED)
