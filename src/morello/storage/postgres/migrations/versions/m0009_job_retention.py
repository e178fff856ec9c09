"""Step 9: jobs that ended long ago may be removed."""

from alembic import op

from morello.storage.postgres.migrations.roles import APP

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Let the app's role remove jobs, and find the old ones."""
    op.execute(f"grant delete on job to {APP}")
    op.execute("create index job_by_end on job (organization_id, ended_at)")
