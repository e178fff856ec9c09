"""Every catalogue there is: the suite in this folder must pass on each."""

import pytest

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.memory import MemoryCatalog


@pytest.fixture(params=[MemoryCatalog], ids=["memory"])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    made: Catalog = request.param()
    return made
