"""The seal: only what was sealed for this version of this organization opens."""

import pytest

from morello.data.models.seal import digest_of, seal, unseal
from morello.kernel.errors import Fault
from morello.kernel.ids import new_id

KEY, DIGEST = b"k" * 32, "ab" * 32


def test_what_was_sealed_opens() -> None:
    organization_id = new_id()
    sealed = seal(KEY, organization_id, DIGEST, b"trees")
    assert b"trees" not in sealed
    assert unseal(KEY, organization_id, DIGEST, sealed) == b"trees"


def test_what_was_changed_or_is_another_s_does_not() -> None:
    organization_id = new_id()
    sealed = seal(KEY, organization_id, DIGEST, b"trees")
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for key, owner, digest, content in (
        (KEY, organization_id, DIGEST, flipped),
        (KEY, organization_id, DIGEST, b""),
        (b"o" * 32, organization_id, DIGEST, sealed),
        (KEY, new_id(), DIGEST, sealed),
        (KEY, organization_id, "cd" * 32, sealed),
    ):
        with pytest.raises(Fault):
            unseal(key, owner, digest, content)


def test_a_digest_is_of_card_and_content_and_of_one_key() -> None:
    first = digest_of(KEY, b"card", b"content")
    assert first == digest_of(KEY, b"card", b"content")
    others = {
        digest_of(KEY, b"car", b"dcontent"),
        digest_of(KEY, b"card", b"contents"),
        digest_of(b"o" * 32, b"card", b"content"),
    }
    assert first not in others
    assert len(others) == 3
