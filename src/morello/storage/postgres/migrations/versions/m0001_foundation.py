"""Step 1: the roles, and the organizations that everything else belongs to."""

from alembic import op

from morello.storage.postgres.migrations.schema import APP, JOBS, LEDGER, protect, tag

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    for role in (APP, LEDGER, JOBS):
        # Roles belong to the cluster: another database of ours may have made them, even just now.
        op.execute(
            f"do $$ begin create role {role} nologin nobypassrls;"
            " exception when duplicate_object or unique_violation then null; end $$"
        )
        op.execute(f"grant usage on schema public to {role}")
    op.execute("""
        create table organization (
            id uuid primary key,
            name text not null check (length(name) between 1 and 255),
            slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
            region text,
            settings jsonb not null default '{}',
            created_at timestamptz not null,
            deleted_at timestamptz
        )""")
    protect(
        "organization", grants="select, insert, update (name, settings, deleted_at)", column="id"
    )
    tag(
        "organization",
        dict.fromkeys(
            ("id", "name", "slug", "region", "settings", "created_at", "deleted_at"), "plain"
        ),
    )
