import http.server
import threading
from collections.abc import Iterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from morello.kernel.clock import SystemClock
from morello.kernel.errors import Fault
from morello.kernel.principal import Origin
from morello.kernel.settings import Settings
from morello.pipeline.observe.observing import Observing
from morello.pipeline.observe.trace import Part, current_trace

from ..conftest import Corridor


class Collector(http.server.ThreadingHTTPServer):
    """Takes spans as a collector does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.spans: list[Span] = []
        self.paths: set[str] = set()


class _Taking(http.server.BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.add(self.path)
        for each in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in each.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None: ...  # noqa: A002 - the library's name


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def traced(collector: Collector) -> tuple[Corridor, Observing]:
    port = collector.server_address[1]
    corridor = Corridor()
    settings = Settings(otlp_endpoint=f"http://127.0.0.1:{port}/")
    seen = Observing.of(settings, SystemClock(), service="test")
    object.__setattr__(corridor.pipeline, "observer", seen)
    return corridor, seen


async def test_a_call_and_its_steps_reach_the_collector(
    traced: tuple[Corridor, Observing], collector: Collector
) -> None:
    corridor, seen = traced
    origin = Origin(trace=f"00-{'ab' * 16}-{'cd' * 8}-01")
    await corridor.call("test.parent", "test.echo", origin=origin)
    seen.close()
    assert collector.paths == {"/v1/traces"}
    by_name = {each.name: each for each in collector.spans}
    assert {"test.parent", "test.echo", "run", "record", "find"} <= set(by_name)
    assert {each.trace_id.hex() for each in collector.spans} == {"ab" * 16}
    around, inside = by_name["test.parent"], by_name["test.echo"]
    assert around.parent_span_id.hex() == "cd" * 8
    assert inside.parent_span_id == around.span_id
    children = [each for each in collector.spans if each.parent_span_id == inside.span_id]
    assert [each.name for each in children][-1] == "record"
    assert all(inside.start_time_unix_nano <= each.start_time_unix_nano for each in children)
    assert len({each.span_id for each in collector.spans}) == len(collector.spans)


async def test_a_failure_shows_and_says_nothing_of_its_cause(
    traced: tuple[Corridor, Observing], collector: Collector
) -> None:
    corridor, seen = traced
    with pytest.raises(Fault):
        await corridor.call("test.write", "break")
    seen.close()
    [span] = [each for each in collector.spans if each.name == "test.write"]
    assert span.status.code == span.status.STATUS_CODE_ERROR
    assert "a secret of ours" not in str(collector.spans)
    assert "error.fault.unexpected" in str(span.attributes)


async def test_what_a_worker_did_is_a_part_of_the_run(
    traced: tuple[Corridor, Observing], collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    corridor, seen = traced
    finish = corridor.log.append

    async def append(*given: object, **named: object) -> object:
        trace = current_trace()
        assert trace is not None
        trace.parts.append(Part("worker", 1.0, 0.5, {"cpu_s": 0.25}))
        return await finish(*given, **named)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(corridor.log, "append", append)
    await corridor.call("test.echo")
    seen.close()
    by_name = {each.name: each for each in collector.spans}
    worker = by_name["worker"]
    assert worker.parent_span_id == by_name["run"].span_id
    assert worker.end_time_unix_nano - worker.start_time_unix_nano == 500_000_000
    assert 'morello_step_seconds_count{step="worker"} 1.0' in seen.metrics.text().decode()


async def test_a_trace_that_is_not_to_be_kept_is_not_sent(
    traced: tuple[Corridor, Observing], collector: Collector
) -> None:
    corridor, seen = traced
    await corridor.call("test.echo", origin=Origin(trace=f"00-{'ab' * 16}-{'cd' * 8}-00"))
    seen.close()
    assert collector.spans == []
