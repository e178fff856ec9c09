"""`insights.analyze_file` imports, analyses the version that came of it, and discloses both."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel

from morello.analysis.insights.analysis import Analysis
from morello.analysis.methods.profile import Profile
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Context, Progress
from morello.kernel.ids import new_id
from morello.kernel.messages import Message
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.values import Blob
from morello.tools.insights.analyze_file import AnalyzedFile, AnalyzeFileRequest, analyze_file

_VERSION = "cd" * 32
_CALL = new_id()
_ANALYSIS = Analysis(
    dataset="sales",
    version=_VERSION,
    rows=4,
    columns=2,
    rows_read=4,
    rows_rejected=1,
    nothing_noteworthy=True,
    tests_made=7,
    false_discovery_rate=0.05,
    profile=Profile(rows=4, columns=[]),
)


class Imported(BaseModel):
    dataset: str = "sales"
    version: str = _VERSION
    source_sha256: str = "ef" * 32


class Office:
    """Imports and analyses without doing either."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    async def call(self, call: Call) -> Reply:
        raise AssertionError(call.tool)

    async def stream(self, call: Call) -> AsyncIterator[Progress | Reply]:
        assert (call.parent, call.depth) == (_CALL, 1)
        self.asked.append((call.tool, call.given))
        yield Progress(message=Message(id="insight.progress.reading"), share=0.5)
        output = Imported() if call.tool == "data.import" else _ANALYSIS
        yield Reply(call_id=call.call_id, event_id=new_id(), output=output)


async def test_a_file_is_imported_then_analysed() -> None:
    office = Office()
    context = Context(
        call_id=_CALL, principal=LOCAL_PRINCIPAL, tool="insights.analyze_file", caller=office
    )
    file = Blob.of("sales.csv", b"a,b\n1,2\n", "text/csv")
    request = AnalyzeFileRequest(file=file, name="sales")
    updates = [each async for each in analyze_file.run(request, context)]
    assert office.asked == [
        ("data.import", {"file": file, "name": "sales"}),
        ("insights.analyze", {"data": f"sales@{_VERSION}"}),
    ]
    shares = [each.share or 0.0 for each in updates if isinstance(each, Progress)]
    assert shares == [0.0, 0.2, 0.7]
    answer = updates[-1]
    assert isinstance(answer, AnalyzedFile)
    assert answer.analysis == _ANALYSIS
    assert answer.imported["dataset"] == "sales"
    assert context.disclosures == {
        "source_sha256": "ef" * 32,
        "version": _VERSION,
        "rows_read": 4,
        "rows_rejected": 1,
        "tests_made": 7,
    }
