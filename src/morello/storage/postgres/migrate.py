"""Bring the schema up to this version's: forward only, one start at a time.

PostgreSQL 16 or newer. The owner needs CREATEROLE and to own the database, nothing more; the app's
login becomes a member of the three roles and can do nothing without choosing one.
"""

import importlib
import importlib.resources
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from morello.kernel.errors import Unavailable
from morello.storage.postgres.migrations.roles import APP, JOBS, LEDGER
from morello.storage.postgres.urls import Urls

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = "morello.storage.postgres.migrations"
_LOCK = 0x6D6F72656C6C6F
"""The advisory lock of whoever migrates."""
WAIT_TIMEOUT_S = 600
_VERSION_MIN = 160_000


def newest_step() -> str:
    """Return the number of the last step of this version, such as `0006`."""
    files = importlib.resources.files(f"{_MIGRATIONS}.versions").iterdir()
    return max(file.name[1:5] for file in files if file.name.startswith("m"))


def migrate(urls: Urls, step: str | None = None) -> None:
    """Run the steps that are missing, up to one or to the newest; each commits by itself.

    Raises Unavailable when the database cannot be reached, is older than PostgreSQL 16, was
    migrated by a newer version of ours, or when the owner lacks a right.
    """
    try:
        with psycopg.connect(urls.owner, autocommit=True) as owner:
            if owner.info.server_version < _VERSION_MIN:
                raise Unavailable("postgres_old", version=owner.info.server_version // 10_000)
            owner.execute(f"set lock_timeout = '{WAIT_TIMEOUT_S}s'")
            owner.execute("select pg_advisory_lock(%s)", (_LOCK,))
            found, wanted = _step_of(owner), step or newest_step()
            if found > newest_step():
                raise Unavailable("postgres_newer", found=found, newest=newest_step())
            if found < wanted:
                _upgrade(urls.owner, wanted)
            _grant(owner, psycopg.conninfo.conninfo_to_dict(urls.app)["user"])
    except psycopg.errors.InsufficientPrivilege as error:
        problem = error.diag.message_primary or ""
        raise Unavailable("postgres_rights", problem=problem) from error
    except psycopg.OperationalError as error:
        raise Unavailable("database") from error


def _step_of(owner: psycopg.Connection) -> str:
    if owner.execute("select to_regclass('alembic_version')").fetchone() == (None,):
        return ""
    row = owner.execute("select version_num from alembic_version").fetchone()
    return str(row[0]) if row is not None else ""


def _upgrade(url: str, step: str) -> None:
    command = importlib.import_module("alembic.command")  # only when there is something to do
    try:
        command.upgrade(_config(url), step)
    except Exception as error:
        cause = getattr(error, "orig", None)  # SQLAlchemy wraps what psycopg said
        if isinstance(cause, psycopg.Error):
            raise cause from None
        raise


def _config(url: str) -> "Config":
    config: Config = importlib.import_module("alembic.config").Config()
    with importlib.resources.as_file(importlib.resources.files(_MIGRATIONS)) as folder:
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def _grant(owner: psycopg.Connection, login: object) -> None:
    """Let the app's login choose a role; of itself it has no rights."""
    for role in (APP, LEDGER, JOBS):
        if login is not None and not _is_member(owner, str(login), role):
            owner.execute(
                sql.SQL("grant {} to {} with inherit false, set true").format(
                    sql.Identifier(role), sql.Identifier(str(login))
                )
            )


def _is_member(owner: psycopg.Connection, login: str, role: str) -> bool:
    row = owner.execute(
        "select to_regrole(%s) is null or pg_has_role(%s, to_regrole(%s), 'set')",
        (role, login, role),
    ).fetchone()
    return row is not None and bool(row[0])
