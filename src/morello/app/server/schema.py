"""The schema, brought up to this version: our own tables, and those of the job queue."""

from importlib import metadata

import psycopg
from psycopg import sql

from morello.kernel.errors import Unavailable
from morello.storage.postgres.migrate import migrate
from morello.storage.postgres.urls import Urls

_QUEUE = "dbos"


def bring_up_to_date(urls: Urls) -> None:
    """Run what is missing. Raises Unavailable, as `migrate` does. Blocks.

    The queue's own migrations take a second to import, so its version is noted on its schema.
    """
    migrate(urls)
    wanted = metadata.version(_QUEUE)
    try:
        with psycopg.connect(urls.owner, autocommit=True) as owner:
            if _noted(owner) != wanted:
                _prepare_queue(urls.owner)
                _note(owner, wanted)
    except psycopg.OperationalError as error:
        raise Unavailable("database") from error


def _prepare_queue(owner_url: str) -> None:
    from morello.jobs.durable.engine import prepare  # noqa: PLC0415 - see above

    prepare(owner_url)


def _noted(owner: psycopg.Connection) -> str:
    row = owner.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s",
        (_QUEUE,),
    ).fetchone()
    return str(row[0]) if row is not None else ""


def _note(owner: psycopg.Connection, version: str) -> None:
    owner.execute(
        sql.SQL("comment on schema {} is {}").format(sql.Identifier(_QUEUE), sql.Literal(version))
    )
