"""The leaf's one encoding."""

import datetime
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.kernel.errors import ProofFailed
from morello.ledger.proof.claim import COMMITTED
from morello.ledger.proof.leaf import LEAF_BYTES, Leaf

leaves = st.builds(
    Leaf,
    event_id=st.uuids(),
    at=st.datetimes(
        min_value=datetime.datetime(1970, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        timezones=st.just(datetime.UTC),
    ),
    digests=st.tuples(*[st.binary(min_size=32, max_size=32)] * len(COMMITTED)),
)


@given(leaves)
def test_a_leaf_reads_back(leaf: Leaf) -> None:
    encoded = leaf.encode()
    assert len(encoded) == LEAF_BYTES <= 300
    assert Leaf.decode(encoded) == leaf


@given(st.binary(min_size=LEAF_BYTES - 8, max_size=LEAF_BYTES - 8))
def test_what_decodes_encodes_to_the_same_bytes(rest: bytes) -> None:
    data = b"morello\x01" + rest
    try:
        leaf = Leaf.decode(data)
    except ProofFailed:
        return
    assert leaf.encode() == data


def test_every_flipped_bit_is_refused_or_means_something_else() -> None:
    leaf = Leaf(
        uuid.UUID(int=5), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), (b"x" * 32,) * 7
    )
    encoded = leaf.encode()
    for bit in range(8 * LEAF_BYTES):
        flipped = bytearray(encoded)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            assert Leaf.decode(bytes(flipped)) != leaf
        except ProofFailed:
            continue


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"morello\x01",
        bytes(LEAF_BYTES),
        b"morello\x02" + bytes(LEAF_BYTES - 8),
        b"morello\x01" + bytes(LEAF_BYTES - 7),
        b"morello\x01" + bytes(16) + b"\xff" * 8 + bytes(224),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ProofFailed):
        Leaf.decode(data)
