import socket

import pytest

from morello.app.server.listening import listen, url_of
from morello.kernel.errors import Conflict, Unavailable
from morello.kernel.settings import Settings


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_a_port_is_held_and_a_taken_one_refused() -> None:
    settings = Settings(port=free_port())
    (first,) = listen(settings)
    with first:
        assert first.getsockname() == ("127.0.0.1", settings.port)
        with pytest.raises(Conflict, match=str(settings.port)):
            listen(settings)
    for each in listen(settings):
        each.close()


def test_several_processes_share_a_port_with_nobody_else() -> None:
    settings = Settings(port=free_port(), api_processes=3)
    together = listen(settings)
    assert {each.getsockname() for each in together} == {("127.0.0.1", settings.port)}
    for number in (1, 3):
        with pytest.raises(Conflict, match=str(settings.port)):
            listen(settings.model_copy(update={"api_processes": number}))
    for each in together:
        each.close()


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host"])
def test_an_address_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(Unavailable, match="cannot listen"):
        listen(Settings(host=host, port=free_port()))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - only named
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("morello.internal", "http://morello.internal:8000"),
    ],
)
def test_where_somebody_here_reaches_it(host: str, url: str) -> None:
    assert url_of(Settings(host=host)) == url
