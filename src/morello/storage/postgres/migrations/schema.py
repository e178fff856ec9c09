"""What every table of ours has: an owner who is nobody's login, row-level security, tagged columns.

Roles are groups that cannot log in; a login is a member and connects as one of them:

    morello_app     reads and writes under row-level security
    morello_ledger  places events in the log, for all organizations
    morello_jobs    owns the schema of the job queue
"""

from collections.abc import Mapping

from alembic import op

APP, LEDGER, JOBS = "morello_app", "morello_ledger", "morello_jobs"

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
