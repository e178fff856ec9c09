import datetime

import pytest

from morello.identity.credentials.tokens import LENGTH_MAX, Signer, Tokens
from morello.kernel.clock import StoppedClock
from morello.kernel.errors import Unauthenticated
from morello.kernel.ids import new_id
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.storage.keys import MasterKeys

ME = LOCAL_PRINCIPAL.model_copy(update={"credential_id": new_id()})


def test_a_token_says_who_and_how_far(keys: MasterKeys, clock: StoppedClock) -> None:
    tokens = Tokens(keys, clock)
    token, expires_at = tokens.create(ME, 15, frozenset({"data.*"}))
    said = tokens.read(token)
    assert said.subject_id == ME.subject_id
    assert said.credential_id == ME.credential_id
    assert said.scopes == frozenset({"data.*"})
    assert said.expires_at == expires_at == clock.now() + datetime.timedelta(minutes=15)
    assert tokens.read(tokens.create(ME, 1, None)[0]).scopes is None


def test_it_is_read_by_who_signed_it(keys: MasterKeys, clock: StoppedClock) -> None:
    token, _ = Tokens(keys, clock).create(ME, 15, None)
    with pytest.raises(Unauthenticated):
        Tokens(MasterKeys.random(), clock).read(token)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "x" * (LENGTH_MAX + 1)])
def test_rubbish_is_refused(keys: MasterKeys, clock: StoppedClock, token: str) -> None:
    with pytest.raises(Unauthenticated):
        Tokens(keys, clock).read(token)


@pytest.mark.parametrize("claims", [{}, {"sub": "x", "organization": "y"}])
def test_what_says_too_little_is_refused(
    keys: MasterKeys, clock: StoppedClock, claims: dict[str, str]
) -> None:
    token = Signer(keys, "token", "morello", clock).sign("morello", 60, claims)
    with pytest.raises(Unauthenticated):
        Tokens(keys, clock).read(token)


def test_a_clock_that_was_set_back_is_forgiven_a_second(
    keys: MasterKeys, clock: StoppedClock
) -> None:
    later = StoppedClock(clock.now() + datetime.timedelta(seconds=1))
    tokens = Tokens(keys, clock)
    tokens.read(Tokens(keys, later).create(ME, 1, None)[0])
    later.advance(60)
    with pytest.raises(Unauthenticated):
        tokens.read(Tokens(keys, later).create(ME, 1, None)[0])
