"""What every keeper of quotas does."""

import datetime

import pytest

from morello.identity.postgres_quotas import PostgresQuotas
from morello.identity.quotas import MemoryQuotas
from morello.kernel.clock import StoppedClock
from morello.kernel.ids import new_id
from morello.kernel.protocols.quotas import AGE_MAX_S, QuotaChange, Quotas
from morello.kernel.settings import Settings
from morello.storage.postgres.database import Database

SETTINGS = Settings(rate_per_s=7.0, concurrent_max=3, datasets_max=5)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))


@pytest.fixture(params=["memory", "postgres"])
def quotas(request: pytest.FixtureRequest, clock: StoppedClock) -> Quotas:
    if request.param == "memory":
        return MemoryQuotas(SETTINGS)
    return PostgresQuotas(request.getfixturevalue("database"), SETTINGS, clock)


async def test_the_settings_hold_where_nothing_else_was_said(quotas: Quotas) -> None:
    quota = await quotas.of(new_id())
    assert (quota.rate_per_s, quota.concurrent_max, quota.datasets_max) == (7.0, 3, 5)
    assert quota.storage_bytes_max == SETTINGS.storage_bytes_max
    assert quota.members_max == SETTINGS.members_max


async def test_what_one_organization_was_given_is_its_own(quotas: Quotas) -> None:
    one, other = new_id(), new_id()
    usual = await quotas.of(one)
    changed = await quotas.change(one, QuotaChange(rate_per_s=100.0, storage_bytes_max=0))
    assert changed == await quotas.of(one)
    assert (changed.rate_per_s, changed.storage_bytes_max) == (100.0, 0)
    assert changed.concurrent_max == usual.concurrent_max
    assert await quotas.of(other) == usual
    assert await quotas.change(one, QuotaChange()) == usual == await quotas.of(one)


async def test_a_change_made_elsewhere_is_seen_soon_and_not_asked_for_each_time(
    database: Database, clock: StoppedClock
) -> None:
    here, there = (PostgresQuotas(database, SETTINGS, clock) for _ in range(2))
    organization_id = new_id()
    before = await here.of(organization_id)
    await there.change(organization_id, QuotaChange(members_max=1))
    unit = database.unit()
    with unit.entered():
        assert await here.of(organization_id) == before
        assert unit.statements == 0
    clock.advance(AGE_MAX_S)
    assert (await here.of(organization_id)).members_max == 1


async def test_a_process_remembers_a_bounded_number(
    database: Database, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("morello.identity.postgres_quotas._KNOWN_MAX", 3)
    quotas = PostgresQuotas(database, SETTINGS, clock)
    for _ in range(9):
        await quotas.of(new_id())
    assert len(quotas._known) == 3
