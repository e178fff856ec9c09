"""Starting again: who has a password signs in with it, and no link stands in any log."""

from pathlib import Path

import pytest

from .conftest import Person, Up

pytestmark = pytest.mark.slow

PASSWORD = "cherry stones and honest numbers"


def test_a_link_is_given_while_there_is_no_password_and_when_asked_for(tmp_path: Path) -> None:
    up = Up(tmp_path / "home").start()
    try:
        assert up.link
        with Person(up) as admin:
            admin.enter(up.link)
            admin.done("access.change_password", new=PASSWORD)
            email = admin.done("access.list_members")["members"][0]["email"]
        assert up.stop() == 0
        up.start()
        assert not up.link
        with Person(up) as admin:
            asked = {"email": email, "password": PASSWORD}
            where = admin.done("access.sign_in", **asked)["organizations"]
            asked["organization"] = next(each["id"] for each in where if each["name"] == "Morello")
            admin.entered(admin.done("access.sign_in", **asked)["opened"])
            assert admin.done("data.list")["datasets"][0]["name"] == "orders"
        assert up.stop() == 0
        assert up.start("--link").link
    finally:
        up.stop()
