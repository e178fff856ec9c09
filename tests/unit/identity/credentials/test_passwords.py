import asyncio
from collections.abc import Iterator

import argon2
import pytest

from morello.identity.credentials import passwords as module
from morello.identity.credentials.passwords import Passwords
from morello.kernel.errors import Busy, InvalidInput

PASSWORD = "cherry blossom in spring"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


async def test_a_password_matches_what_was_kept_of_it(passwords: Passwords) -> None:
    kept = await passwords.hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.matches(kept, PASSWORD)
    assert not await passwords.matches(kept, f"{PASSWORD}.")
    assert not await passwords.matches(kept, "x" * 100_000)
    assert not await passwords.matches("rubbish", PASSWORD)
    assert kept != await passwords.hash(PASSWORD)


async def test_nobodys_password_matches_nothing(passwords: Passwords) -> None:
    assert not await passwords.matches(None, "nobody's")
    assert not await passwords.matches(None, PASSWORD)


@pytest.mark.parametrize("password", ["", "eleven long", "x" * 257])
async def test_one_too_short_or_too_long_is_refused(passwords: Passwords, password: str) -> None:
    with pytest.raises(InvalidInput):
        await passwords.hash(password)


async def test_one_hashed_with_less_is_hashed_again(passwords: Passwords) -> None:
    weak = argon2.PasswordHasher(1, 8 * 1024, 1).hash(PASSWORD)
    assert passwords.is_outdated(weak)
    assert await passwords.matches(weak, PASSWORD)
    assert not passwords.is_outdated(await passwords.rehash(PASSWORD))


async def test_a_crowd_is_sent_away(passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAITING_MAX", 2)
    tries = [passwords.matches(None, PASSWORD) for _ in range(4)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in answers) == 2
    assert not await passwords.matches(None, PASSWORD)
