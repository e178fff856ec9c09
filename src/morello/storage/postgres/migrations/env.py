"""Runs the steps on the owner's connection; Alembic executes this file."""

import psycopg
import sqlalchemy
from alembic import context

# The URL is libpq's: handed to it as it is, so that every form that it knows works.
_url = context.config.attributes["url"]
_engine = sqlalchemy.create_engine(
    "postgresql+psycopg://",
    creator=lambda: psycopg.connect(_url, autocommit=False),
    poolclass=sqlalchemy.NullPool,
)

with _engine.connect() as _connection:
    context.configure(connection=_connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
