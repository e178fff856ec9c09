"""What every table of ours has: an owner who is nobody's login, row-level security, tagged columns.

Row-level security is forced: it binds the owner too, who may not bypass it. Where a function of the
owner's has to look across organizations (`find_caller`), say so with `let_owner_read(table)`.
"""

from collections.abc import Mapping

from alembic import op

from morello.storage.postgres.migrations.roles import APP, JOBS, LEDGER

__all__ = ["APP", "CURRENT", "JOBS", "LEDGER", "TAGS", "let_owner_read", "protect", "tag"]

TAGS = frozenset({"plain", "personal", "secret"})

CURRENT = "(select nullif(current_setting('app.current_company_id', true), '')::uuid)"
"""The organization of the transaction; in a sub-select, so that it is read once a statement."""


def protect(
    table: str, *, grants: str = "select, insert, update, delete", column: str = "organization_id"
) -> None:
    """Let the app's role see and write the rows of the transaction's organization only."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(
        f"create policy tenant_isolation on {table} to {APP}"
        f" using ({column} = {CURRENT}) with check ({column} = {CURRENT})"
    )
    op.execute(f"grant {grants} on {table} to {APP}")


def tag(table: str, tags: Mapping[str, str]) -> None:
    """Say of every column whether it is `plain`, `personal` or `secret`."""
    for column, said in tags.items():
        assert said in TAGS, f"{table}.{column}: {said}"
        op.execute(f"comment on column {table}.{column} is '{said}'")


def let_owner_read(table: str) -> None:
    """Let the owner's functions read the rows of every organization."""
    op.execute(f"create policy owner_reads on {table} for select to current_user using (true)")
