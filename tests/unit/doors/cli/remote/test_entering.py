from typing import Any

import pytest

from morello.doors.cli.remote.entering import entered
from morello.kernel.errors import Unauthenticated

WHO = {"organization_id": "00000000-0000-7000-8000-000000000001", "name": "Ann"}


async def test_a_key_is_tried_before_it_is_kept(fake_server: Any) -> None:
    fake_server.answer("/api/tools/access.whoami", WHO)
    login = await entered(fake_server.url, "mor_key", "en")
    assert (login.organization, login.name) == (WHO["organization_id"], "Ann")
    assert fake_server.asked[0].headers["authorization"] == "Bearer mor_key"


async def test_a_link_becomes_a_key_of_this_machine(fake_server: Any) -> None:
    cookie = {"Set-Cookie": "morello_session=secret; Path=/; HttpOnly"}
    fake_server.answer("/api/tools/access.redeem_link", {"csrf": "c"}, headers=cookie)
    fake_server.answer("/api/tools/access.create_key", {"secret": {"secret": "mor_made"}})
    fake_server.answer("/api/tools/access.sign_out", {})
    fake_server.answer("/api/tools/access.whoami", WHO)
    login = await entered(fake_server.url, "token", "en")
    assert login.credential.get_secret_value() == "mor_made"
    redeemed, made, ended, asked = fake_server.asked
    assert redeemed.json == {"link": "token"}
    assert "authorization" not in redeemed.headers
    for each in (made, ended):
        assert each.headers["cookie"] == "morello_session=secret"
        assert each.headers["x-csrf-token"] == "c"
    assert asked.headers["authorization"] == "Bearer mor_made"


async def test_a_key_that_the_server_does_not_know_is_refused(fake_server: Any) -> None:
    problem = {"code": "unauthenticated", "message": Unauthenticated("link").message.model_dump()}
    fake_server.answer("/api/tools/access.whoami", problem, status=401)
    with pytest.raises(Unauthenticated):
        await entered(fake_server.url, "mor_key", "en")
