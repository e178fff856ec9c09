"""`insights.report` asks for the analysis of the pinned version and draws it."""

import hashlib
import uuid
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path

import pytest

from morello.analysis.insights.analysis import Analysis
from morello.analysis.methods.profile import Profile
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.kernel.caller import Call, Reply
from morello.kernel.context import Context, Progress
from morello.kernel.ids import LOCAL_ORGANIZATION, new_id
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


class Analyst:
    """Answers every call with the analysis above, and remembers what was asked."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def call(self, call: Call) -> Reply:
        self.calls.append(call)
        return Reply(call_id=call.call_id, event_id=new_id(), output=ANALYSIS)

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
    blob = await report.run(request, context)
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
