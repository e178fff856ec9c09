import itertools

import pytest

from morello.identity.callers import By, Callers, is_above, lower
from morello.kernel.ids import INSTALLATION
from morello.kernel.permission import Role
from morello.storage.postgres.database import Database


def test_roles_stand_above_each_other() -> None:
    for higher, below in itertools.combinations(Role, 2):
        assert is_above(higher, below)
        assert not is_above(below, higher)
        assert lower(higher, below) is lower(below, higher) is below
    assert not any(is_above(each, each) for each in Role)


@pytest.mark.parametrize("by", list(By))
async def test_nobody_is_found_by_what_nobody_has(database: Database, by: By) -> None:
    value = str(INSTALLATION) if by in {By.SESSION_ID, By.KEY_ID, By.ACCOUNT} else "nothing"
    assert await Callers(database).find(by, value) == []
