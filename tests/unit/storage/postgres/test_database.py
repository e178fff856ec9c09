import uuid

import pytest

from morello.storage.postgres.database import Database


@pytest.mark.parametrize("n", range(5))
async def test_an_organization_sees_its_own_rows_only(
    database: Database, organization_id: uuid.UUID, n: int
) -> None:
    query = "select id from organization"
    assert await database.fetch(organization_id, query) == [{"id": organization_id}]
    assert await database.fetch(uuid.UUID(int=1), query) == []
