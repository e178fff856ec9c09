import datetime

import pytest

from morello.identity.credentials.tokens import Signer, Tokens
from morello.identity.passport import Passports
from morello.kernel.clock import StoppedClock
from morello.kernel.errors import Unauthenticated
from morello.kernel.ids import new_id
from morello.kernel.permission import Role
from morello.kernel.principal import LOCAL_PRINCIPAL, Effect, Kind, Principal
from morello.storage.keys import MasterKeys

ME = Principal(
    organization_id=new_id(),
    subject_id=new_id(),
    name="벚나무",
    role=Role.DATA_SCIENTIST,
    kind=Kind.KEY,
    scopes=frozenset({"data.*", "insights.analyze"}),
    approval_for=frozenset({Effect.DESTROYS}),
    region="eu",
    credential_id=new_id(),
)


@pytest.mark.parametrize("principal", [ME, LOCAL_PRINCIPAL])
def test_a_passport_is_the_whole_principal(
    keys: MasterKeys, clock: StoppedClock, principal: Principal
) -> None:
    passports = Passports(keys, clock)
    assert passports.read(passports.sign(principal, "job", 60), "job") == principal


def test_it_is_good_for_one_purpose_and_not_for_long(keys: MasterKeys, clock: StoppedClock) -> None:
    passports = Passports(keys, clock)
    passport = passports.sign(ME, "job", 60)
    with pytest.raises(Unauthenticated):
        passports.read(passport, "upload")
    clock.advance(59.9)
    passports.read(passport, "job")
    clock.advance(0.1)
    with pytest.raises(Unauthenticated):
        passports.read(passport, "job")


def test_it_cannot_be_forged(keys: MasterKeys, clock: StoppedClock) -> None:
    passports = Passports(keys, clock)
    passport = passports.sign(ME, "job", 60)
    _, claims, _ = passport.split(".")
    token, _ = Tokens(keys, clock).create(ME, 15, None)
    forged = (
        Passports(MasterKeys.random(), clock).sign(ME, "job", 60),
        Signer(keys, "token", "morello-passport", clock).sign("job", 60, {"principal": {}}),
        Signer(keys, "passport", "morello-passport", clock).sign("job", 60, {"principal": {}}),
        Signer(keys, "passport", "morello-passport", clock).sign("job", 60, {}),
        f"eyJhbGciOiJub25lIn0.{claims}.",
        passport[:-2],
        token,
    )
    for each in forged:
        with pytest.raises(Unauthenticated):
            passports.read(each, "job")


def test_the_past_may_not_be_signed_for(keys: MasterKeys, clock: StoppedClock) -> None:
    with pytest.raises(AssertionError):
        Passports(keys, clock).sign(ME, "job", 0)
    with pytest.raises(AssertionError):
        Passports(keys, clock).sign(ME, "job", datetime.timedelta(days=1).total_seconds())
