"""Every store of models there is: the suite in this folder must pass on each."""

import pytest

from morello.data.models.memory import MemoryModels
from morello.data.models.models import Models
from morello.data.models.postgres import PostgresModels


@pytest.fixture(params=["memory", "postgres"])
def models(request: pytest.FixtureRequest) -> Models:
    if request.param == "memory":
        return MemoryModels()
    return PostgresModels(request.getfixturevalue("database"))
