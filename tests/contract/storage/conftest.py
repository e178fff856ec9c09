"""The migrated schema, looked at as its owner."""

from collections.abc import Iterator

import psycopg
import pytest

from morello.storage.postgres.urls import Urls

_OURS = """
    create temporary view ours as
    select c.oid, relname, relkind, relrowsecurity, relforcerowsecurity, reloptions, relowner,
           relacl,
           relname = 'organization' or exists (
               select from pg_attribute where attrelid = c.oid and attname = 'organization_id'
           ) as is_tenants
      from pg_class c
     where relnamespace = 'public'::regnamespace and relname <> 'alembic_version'"""
"""Tables, views and so on that are ours; Alembic's own table is not ours to rule."""


@pytest.fixture
def owner(database_urls: Urls) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        connection.execute(_OURS)
        yield connection
