"""Which key speaks for which log."""

import uuid

import pytest

from morello.ledger.proof.origin import LOCAL_HOST, is_local, key_name, key_name_of, may_sign

ORGANIZATION = uuid.UUID(int=9)


def test_a_run_is_signed_by_the_key_of_its_organization() -> None:
    name = key_name(LOCAL_HOST, ORGANIZATION)
    assert key_name_of(f"{name}/{uuid.UUID(int=1)}") == name == key_name_of(name)
    assert is_local(name)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("a.example/1", True),
        ("a.example/1/run", True),
        ("a.example/12", False),
        ("a.example", False),
    ],
)
def test_a_key_signs_for_its_own_name_and_beneath(origin: str, allowed: bool) -> None:
    assert may_sign("a.example/1", origin) is allowed


@pytest.mark.parametrize("name", ["morello.example/1", "morello.local.example/1", "morello.local"])
def test_other_hosts_are_not_this_machine(name: str) -> None:
    assert not is_local(name)
