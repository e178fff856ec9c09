"""Step 7: the table of kept models."""

from alembic import op

from morello.storage.postgres.migrations.schema import protect, tag

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make it. A card names classes, which are values of a dataset; the content is sealed."""
    op.execute("""
        create table model (
            organization_id uuid not null,
            id uuid not null,
            name text collate "C" not null check (length(name) between 1 and 255),
            digest text collate "C" not null check (digest ~ '^[0-9a-f]{64}$'),
            dataset_id uuid not null,
            dataset text not null,
            data_version text not null,
            rules json not null,
            card json not null,
            content bytea not null,
            made_at timestamptz not null,
            made_by uuid not null,
            primary key (organization_id, id),
            unique (organization_id, name, digest)
        )""")
    op.execute("create index model_newest on model (organization_id, name, id desc)")
    protect("model", grants="select, insert, delete")
    tag("model", dict.fromkeys(("organization_id", "id", "name", "digest", "dataset_id"), "plain"))
    tag("model", dict.fromkeys(("dataset", "data_version", "made_at"), "plain"))
    tag("model", dict.fromkeys(("rules", "card", "content", "made_by"), "personal"))
