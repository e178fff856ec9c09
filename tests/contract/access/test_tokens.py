"""Contract: signed tokens stand for a session or key, and cannot be forged."""

import base64
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from morello.identity.bootstrap import FirstPerson
from morello.kernel.errors import Forbidden, Unauthenticated
from morello.kernel.permission import Role
from morello.kernel.principal import Kind

from .conftest import House, refused, secret

pytestmark = pytest.mark.slow


async def test_a_signed_token_stands_for_its_session(house: House, first: FirstPerson) -> None:
    me = await house.member(Role.DATA_SCIENTIST)
    given = {"minutes": 5, "scopes": ["data.*"]}
    made = await house.call(me, "access.create_token", given)
    token = secret(made.token)
    found = await house.who(bearer=token)
    assert (found.subject_id, found.role, found.kind) == (me.subject_id, me.role, Kind.PERSON)
    assert found.scopes == frozenset({"data.*"})
    assert found.credential_id == me.credential_id
    house.clock.advance(299)
    await house.who(bearer=token)
    house.clock.advance(1)
    assert await refused(house, Unauthenticated, bearer=token)


async def test_a_signed_token_ends_with_its_session(house: House, first: FirstPerson) -> None:
    me = await house.member()
    token = secret((await house.call(me, "access.create_token", {})).token)
    await house.who(bearer=token)
    await house.call(me, "access.sign_out")
    with pytest.raises(Unauthenticated):
        await house.who(bearer=token)


async def test_a_token_cannot_be_made_wider(house: House, first: FirstPerson) -> None:
    me = await house.member(Role.DATA_SCIENTIST)
    given = {"name": "k", "scopes": ["data.*", "access.create_token"]}
    key = await house.call(me, "access.create_key", given)
    by_key = await house.who(bearer=secret(key.secret))
    with pytest.raises(Forbidden):
        await house.call(by_key, "access.create_token", {"scopes": ["*"]})
    made = await house.call(by_key, "access.create_token", {"scopes": ["data.query"]})
    narrow = await house.who(bearer=secret(made.token))
    assert narrow.kind is Kind.KEY
    assert narrow.scopes == frozenset({"data.query"})


async def test_forged_tokens_are_refused(house: House, first: FirstPerson) -> None:
    me = await house.member()
    token = secret((await house.call(me, "access.create_token", {})).token)
    header, claims, signature = token.split(".")
    stated = json.loads(base64.urlsafe_b64decode(claims + "=="))
    elevated = {**stated, "role": "org_admin", "scopes": ["*"]}
    public = house.keys.signing_key("token").public_key().public_bytes_raw()
    kid = json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]
    stranger = OKPKey.generate_key("Ed25519")
    passport = house.identity.passports.sign(me, "job", 60)
    head = {"alg": "HS256", "kid": kid}
    forged = [
        f"{encoded({'alg': 'none', 'kid': kid})}.{encoded(elevated)}.",
        f"{encoded({'alg': 'None', 'kid': kid})}.{encoded(elevated)}.{signature}",
        jwt.encode(head, elevated, OctKey.import_key(public), algorithms=["HS256"]),
        jwt.encode({"alg": "Ed25519", "kid": kid}, elevated, stranger, algorithms=["Ed25519"]),
        f"{header}.{encoded(elevated)}.{signature}",
        f"{header}.{claims}.",
        f"{header}.{claims}",
        f"{header}.{claims}.{signature}.x",
        f"{claims}.{header}.{signature}",
        passport,
    ]
    for each in forged:
        assert await refused(house, Unauthenticated, bearer=each) == (
            "0 error.unauthenticated.token"
        )
    for changes in ({"aud": "other"}, {"iss": "other"}, {"nbf": stated["nbf"] + 60}, {"exp": "x"}):
        ours = OKPKey.import_key(house.keys.signing_key("token"))
        head = {"alg": "Ed25519", "kid": kid}
        wrong = jwt.encode(head, {**stated, **changes}, ours, algorithms=["Ed25519"])
        assert await refused(house, Unauthenticated, bearer=wrong)
    await house.who(bearer=token)


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
