import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.doors.rest.asked import Asked
from morello.doors.rest.output.answer import Answer
from morello.doors.rest.router import Router


async def endpoint(asked: Asked) -> Answer:
    return Answer()


def router() -> Router:
    made = Router()
    for method, path in (
        ("GET", "/"),
        ("GET", "/a"),
        ("POST", "/a"),
        ("GET", "/a/{x}"),
        ("GET", "/a/literal"),
        ("GET", "/a/{x}/rows"),
        ("DELETE", "/a/literal/other/{y}"),
    ):
        made.add(method, path, endpoint)
    return made


@pytest.mark.parametrize(
    ("path", "methods", "values"),
    [
        ("/", {"GET", "HEAD"}, ()),
        ("/a", {"GET", "HEAD", "POST"}, ()),
        ("/a/orders", {"GET", "HEAD"}, ("orders",)),
        ("/a/b%2Fc%20d", {"GET", "HEAD"}, ("b/c d",)),
        ("/a/literal", {"GET", "HEAD"}, ()),
        ("/a/literal/rows", {"GET", "HEAD"}, ("literal",)),
        ("/a/literal/other/1", {"DELETE"}, ("1",)),
    ],
)
def test_a_path_is_found(path: str, methods: set[str], values: tuple[str, ...]) -> None:
    found = router().find(path)
    assert found is not None
    assert set(found.methods) == methods
    assert found.values == values


@pytest.mark.parametrize("path", ["/b", "/a/", "//", "/a/x/y", "/a/literal/other", "/a//rows"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert router().find(path) is None


def test_two_tools_may_not_share_a_place() -> None:
    made = router()
    with pytest.raises(ValueError, match="taken"):
        made.add("GET", "/a/{other}", endpoint)
    made.add("PUT", "/a/{other}", endpoint)


@given(st.text())
def test_any_path_is_found_or_not(path: str) -> None:
    router().find(path)
