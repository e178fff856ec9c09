"""A process's figures for Prometheus, at a port of this machine: a worker has no other door."""

import contextlib
from collections.abc import Iterator

from prometheus_client import ProcessCollector, start_http_server
from prometheus_client.registry import Collector, CollectorRegistry

from morello.kernel.errors import Unavailable

_HERE = "127.0.0.1"


@contextlib.contextmanager
def shown(figures: Collector, port: int) -> Iterator[None]:
    """Show them while the block lasts; port 0 is nowhere. Raises Unavailable for a taken port."""
    if not port:
        yield
        return
    registry = CollectorRegistry(auto_describe=False)
    registry.register(figures)
    ProcessCollector(registry=registry)
    try:
        server, thread = start_http_server(port, addr=_HERE, registry=registry)
    except OSError as error:
        problem = error.strerror or ""
        raise Unavailable("server.listen", host=_HERE, port=port, problem=problem) from None
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
