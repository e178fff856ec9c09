import socket
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from morello.app.server.process.figures import shown
from morello.kernel.errors import Unavailable


class Figures(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("morello_fake", "A figure.", 7)


def test_figures_are_shown_while_the_block_lasts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
        with pytest.raises(Unavailable, match=str(port)), shown(Figures(), port):
            pass
    with (
        shown(Figures(), port),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        assert b"morello_fake 7.0" in answer.read()
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_port_zero_is_nowhere() -> None:
    with shown(Figures(), 0):
        pass
