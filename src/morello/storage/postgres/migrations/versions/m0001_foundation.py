"""Step 1: the roles, the organizations that everything else belongs to, and their keys."""

from alembic import op

from morello.storage.postgres.migrations.schema import APP, JOBS, LEDGER, protect, tag

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    # What everybody may do is nothing, also with functions that are yet to be made.
    op.execute("revoke all on schema public from public")
    op.execute("alter default privileges revoke execute on functions from public")
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
    op.execute("""
        create table organization_key (
            organization_id uuid not null unique,
            id uuid not null,
            wrapped bytea,
            created_at timestamptz not null,
            destroyed_at timestamptz,
            primary key (organization_id, id),
            check ((wrapped is null) = (destroyed_at is not null))
        )""")
    protect("organization_key", grants="select, insert, update (wrapped, destroyed_at)")
    tag(
        "organization_key",
        dict.fromkeys(("organization_id", "id", "created_at", "destroyed_at"), "plain")
        | {"wrapped": "secret"},
    )
