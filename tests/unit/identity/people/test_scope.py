import pytest
from pydantic import TypeAdapter, ValidationError

from morello.identity.people.scope import SCOPES_MAX, Scopes

_SCOPES: TypeAdapter[list[str] | None] = TypeAdapter(Scopes)


@pytest.mark.parametrize("scopes", [None, [], ["*"], ["data.*"], ["data.query", "access.whoami"]])
def test_what_scopes_are(scopes: list[str] | None) -> None:
    assert _SCOPES.validate_python(scopes) == scopes


@pytest.mark.parametrize(
    "scope", ["", "data", "data.", ".query", "d?ta.*", "data.q*", "[a].*", "**", "Data.*", "a.b.c"]
)
def test_what_they_are_not(scope: str) -> None:
    with pytest.raises(ValidationError):
        _SCOPES.validate_python([scope])


def test_there_are_not_too_many() -> None:
    with pytest.raises(ValidationError):
        _SCOPES.validate_python(["data.list"] * (SCOPES_MAX + 1))
