import socket
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.jobs.frame import BYTES_MAX, BadFrame, Kind, receive, send


@given(body=st.binary(max_size=300_000), kind=st.sampled_from([Kind.CALL, Kind.RESULT]))
def test_what_is_sent_is_received(body: bytes, kind: Kind) -> None:
    here, there = socket.socketpair()
    with here, there:
        sender = threading.Thread(target=send, args=(here, kind, body), kwargs={"timeout_s": 5})
        sender.start()
        assert receive(there, timeout_s=5) == (kind, body)
        sender.join()


def test_the_end_between_frames_is_none() -> None:
    here, there = socket.socketpair()
    with there:
        here.close()
        assert receive(there, timeout_s=1) is None


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"\x04\x00", id="a cut header"),
        pytest.param(struct.pack("!BQ", 4, 10) + b"short", id="a cut body"),
        pytest.param(struct.pack("!BQ", 0, 0), id="no kind"),
        pytest.param(struct.pack("!BQ", 2, 1) + b"x", id="ready with a body"),
        *(
            pytest.param(struct.pack("!BQ", kind, limit + 1), id=f"too long a {kind.name}")
            for kind, limit in BYTES_MAX.items()
        ),
    ],
)
def test_what_is_no_frame_is_refused(sent: bytes) -> None:
    here, there = socket.socketpair()
    with there:
        here.sendall(sent)
        here.close()
        with pytest.raises(BadFrame):
            receive(there, timeout_s=1)


def test_waiting_ends() -> None:
    here, there = socket.socketpair()
    with here, there:
        here.sendall(b"\x04")
        with pytest.raises(TimeoutError):
            receive(there, timeout_s=0.05)


def test_too_much_is_not_sent() -> None:
    here, there = socket.socketpair()
    with here, there, pytest.raises(AssertionError):
        send(here, Kind.READY, b"x", timeout_s=1)
