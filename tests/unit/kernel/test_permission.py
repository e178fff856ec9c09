import itertools

import pytest

from morello.kernel.permission import RIGHTS, Permission, Role, allows, in_scope


def test_each_role_but_the_super_admin_holds_all_of_the_one_below() -> None:
    ladder = [Role.GUEST, Role.VIEWER, Role.DATA_SCIENTIST, Role.ORG_ADMIN]
    for lower, higher in itertools.pairwise(ladder):
        assert RIGHTS[lower] & RIGHTS[higher] == RIGHTS[lower] != RIGHTS[higher]


def test_a_super_admin_sees_no_rows_without_breaking_the_glass() -> None:
    assert not allows(Role.SUPER_ADMIN, Permission.READ_DATA)


@pytest.mark.parametrize(
    ("scopes", "is_in"),
    [
        (None, True),
        ([], False),
        (["data.*"], True),
        (["data.query"], True),
        (["insights.*"], False),
        (["*"], True),
        (["DATA.*"], False),
    ],
)
def test_scopes(scopes: list[str] | None, is_in: bool) -> None:
    assert in_scope("data.query", scopes) is is_in
