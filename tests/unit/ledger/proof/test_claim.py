"""Salted digests of claim groups."""

import hashlib

import pytest

from morello.ledger.proof.claim import COMMITTED, GROUPS, digest, new_salts, salts_by_group


def test_the_digest_is_what_the_docs_say() -> None:
    salt, body = bytes(16), b'{"a":1}'
    expected = hashlib.sha256(b"morello/claim/v1/who\0" + salt + body).digest()
    assert digest("who", salt, body) == expected


def test_the_same_body_has_another_digest_in_each_group() -> None:
    assert len({digest(group, bytes(16), b"{}") for group in COMMITTED}) == len(COMMITTED)


def test_salts_are_fresh_and_cover_every_group() -> None:
    first, second = salts_by_group(new_salts()), salts_by_group(new_salts())
    assert list(first) == [*GROUPS, "personal"]
    assert len({*first.values(), *second.values()}) == 2 * len(COMMITTED)


@pytest.mark.parametrize(("group", "salt"), [("other", bytes(16)), ("who", bytes(15))])
def test_a_wrong_group_or_salt_is_our_mistake(group: str, salt: bytes) -> None:
    with pytest.raises(AssertionError):
        digest(group, salt, b"{}")
