"""Every catalogue there is: the suite in this folder must pass on each."""

import pytest

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.memory import MemoryCatalog
from morello.data.catalog.postgres import PostgresCatalog


@pytest.fixture(params=["memory", "postgres"])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    if request.param == "memory":
        return MemoryCatalog()
    return PostgresCatalog(request.getfixturevalue("database"))
