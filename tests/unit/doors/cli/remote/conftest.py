"""A server of one test: it answers what the test says, and remembers what it was asked."""

import dataclasses
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@dataclasses.dataclass
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclasses.dataclass
class Answered:
    """What is answered: pieces are sent as they come; after the last the connection is cut."""

    status: int = 200
    media_type: str = "application/json"
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    pieces: Callable[[], Iterator[bytes]] = lambda: iter(())
    length: int | None = None


class FakeServer:
    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []
        self.left = threading.Event()
        """Set when whoever asked went away before the end."""
        self.answers: dict[str, Callable[[Asked], Answered]] = {}

    def answer(self, path: str, value: Any, **said: Any) -> None:
        """Answer a path with JSON."""
        body = json.dumps(value).encode()
        found = Answered(pieces=lambda: iter([body]), length=len(body), **said)
        self.answers[path] = lambda _: found


def handler(fake: FakeServer) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            fake.asked.append(asked)
            known = fake.answers.get(self.path.partition("?")[0])
            answered = known(asked) if known else Answered(404)
            self.send_response(answered.status)
            self.send_header("Content-Type", answered.media_type)
            for name, value in answered.headers.items():
                self.send_header(name, value)
            if answered.length is None:
                self.send_header("Connection", "close")
                self.close_connection = True
            else:
                self.send_header("Content-Length", str(answered.length))
            self.end_headers()
            try:
                for piece in answered.pieces():
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                fake.left.set()

        do_GET = do_POST  # noqa: N815 - the base class's name

    return Handler


@pytest.fixture
def fake_server() -> Iterator[FakeServer]:
    fake = FakeServer("")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(fake))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()
