"""`insights.report` asks for the analysis of the pinned version and draws it."""

import hashlib
import uuid
from collections.abc import AsyncIterator, Mapping
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pytest
from sqlglot import exp

from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.finding import Finding
from morello.analysis.methods.profile import Profile
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.engine.engine import Answer
from morello.data.engine.query import to_sql
from morello.kernel.caller import Call, Reply
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Context, Progress
from morello.kernel.errors import BadQuery
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
from morello.kernel.limits import RESULT_ROWS_MAX
from morello.kernel.messages import Message
from morello.kernel.permission import Role
from morello.kernel.principal import Principal
from morello.kernel.values import Blob, DataRef
from morello.tools.insights.report import ReportRequest, report

VERSION = "9f2c4be1" * 8
ANALYSIS = Analysis(
    dataset="orders",
    version=VERSION,
    rows=3,
    columns=0,
    rows_read=3,
    rows_rejected=1,
    nothing_noteworthy=True,
    tests_made=0,
    false_discovery_rate=0.05,
    profile=Profile(rows=3, columns=[]),
)


class Rows:
    """Gives two rows for every question but a forbidden one, and remembers them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def query(
        self,
        tree: exp.Query,
        pinned: Mapping[str, PinnedVersion],
        *,
        rows_max: int = RESULT_ROWS_MAX,
        timeout_s: float | None = None,
        cancellation: Cancellation | None = None,
    ) -> Answer:
        sql = to_sql(tree)
        self.asked.append(sql)
        if "forbidden" in sql:
            raise BadQuery("statements", count=2)
        return Answer(table=pa.table({"city": ["Seoul", "<Busan>"]}), truncated=True, sql=sql)


ENGINE = Rows()


class Analyst:
    """Answers every call with the analysis above, and remembers what was asked."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.analysis = ANALYSIS

    async def call(self, call: Call) -> Reply:
        self.calls.append(call)
        return Reply(call_id=call.call_id, event_id=new_id(), output=self.analysis)

    def stream(self, call: Call) -> AsyncIterator[Progress | Reply]:
        raise NotImplementedError


@pytest.fixture
def analyst() -> Analyst:
    return Analyst()


def context_of(analyst: Analyst, ref: DataRef, source_sha256: str = "ab" * 32) -> Context:
    pinned = PinnedVersion(
        organization_id=LOCAL_ORGANIZATION,
        dataset_id=new_id(),
        dataset="orders",
        version=VERSION,
        rows=3,
        columns=(),
        files=(),
        folder=Path("/lake"),
        key=b"",
        lineage=Lineage(how="import", source="orders.csv", source_sha256=source_sha256),
    )
    principal = Principal(
        organization_id=LOCAL_ORGANIZATION,
        subject_id=new_id(),
        name="ann",
        role=Role.DATA_SCIENTIST,
    )
    return Context(
        call_id=new_id(),
        principal=principal,
        tool="insights.report",
        caller=analyst,
        pinned={ref: pinned},
    )


async def page_of(request: ReportRequest, context: Context) -> tuple[Blob, str]:
    blob = await report.run(request, context, ENGINE)
    assert isinstance(blob, Blob)
    with blob.open() as stream:
        return blob, stream.read().decode()


async def test_it_reports_the_pinned_version(analyst: Analyst) -> None:
    ref = DataRef(dataset="orders")
    blob, page = await page_of(ReportRequest(data=ref), context_of(analyst, ref))
    assert (blob.name, blob.media_type) == ("orders-report.html", "text/html")
    assert page.startswith("<!doctype html>")
    assert "orders.csv" in page
    assert "ab" * 32 in page
    asked = analyst.calls[0]
    assert asked.tool == "insights.analyze"
    assert asked.given == {"data": {"dataset": "orders", "version": VERSION}}


async def test_the_call_and_its_time_are_named(analyst: Analyst) -> None:
    ref = DataRef(dataset="orders")
    call = uuid.UUID("019aa012-6e40-7c21-9d3a-5f0e8b7a4c11")
    request = ReportRequest(data=ref, language="ko", call=call)
    _, page = await page_of(request, context_of(analyst, ref))
    assert str(call) in page
    assert "2025-11-20 07:02 UTC" in page
    assert 'lang="ko"' in page
    assert (await page_of(request, context_of(analyst, ref)))[1] == page


async def test_the_shipped_sample_is_called_synthetic(analyst: Analyst) -> None:
    ref = DataRef(dataset="orders")
    sample = resources.files("morello.sample").joinpath("orders.csv").read_bytes()
    context = context_of(analyst, ref, hashlib.sha256(sample).hexdigest())
    assert "synthetic" in (await page_of(ReportRequest(data=ref), context))[1]
    other = (await page_of(ReportRequest(data=ref), context_of(analyst, ref)))[1]
    assert "synthetic" not in other


def finding(name: str, rows_sql: str | None) -> Finding:
    return Finding(
        id=name,
        kind="something_new",
        group="patterns",
        message=Message(id=f"on {name}"),
        columns=["city"],
        effect=0.5,
        coverage=0.5,
        surprise=0.5,
        score=0.5,
        sql="SELECT 1",
        rows_sql=rows_sql,
    )


async def test_the_first_rows_of_each_finding_are_shown_and_a_failure_is_left_out(
    analyst: Analyst,
) -> None:
    ref = DataRef(dataset="orders")
    patterns = [
        finding("a", "SELECT * FROM orders WHERE city = 'Seoul'"),
        finding("b", None),
        finding("c", "SELECT * FROM orders WHERE forbidden"),
    ]
    analyst.analysis = ANALYSIS.model_copy(
        update={"patterns": patterns, "nothing_noteworthy": False}
    )
    ENGINE.asked.clear()
    _, page = await page_of(ReportRequest(data=ref), context_of(analyst, ref))
    assert [each.count("LIMIT 6 OFFSET 0") for each in ENGINE.asked] == [1, 1, 1]
    assert page.count("The first 2 rows behind it</summary>") == 2
    assert "&lt;Busan&gt;" in page
    assert page.count("on c") > 0
