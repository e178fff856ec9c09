"""Step 4: the tables of the catalog."""

from alembic import op

from morello.storage.postgres.migrations.schema import protect, tag

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make them.

    Names and digests sort by code point, as Python does. What holds the words of a file is `json`
    and not `jsonb`, which refuses the character NUL.
    """
    _dataset()
    _version()
    _rejected_row()


def _dataset() -> None:
    op.execute("""
        create table dataset (
            organization_id uuid not null,
            id uuid not null,
            name text collate "C" not null check (length(name) between 1 and 255),
            created_at timestamptz not null,
            created_by uuid not null,
            versions integer not null default 0 check (versions >= 0),
            bytes bigint not null default 0 check (bytes >= 0),
            primary key (organization_id, id),
            unique (organization_id, name)
        )""")
    protect(
        "dataset",
        grants="select, insert (organization_id, id, name, created_at, created_by),"
        " update (versions, bytes), delete",
    )
    tag("dataset", dict.fromkeys(("organization_id", "id", "name", "created_at"), "plain"))
    tag("dataset", {"created_by": "personal", "versions": "plain", "bytes": "plain"})


def _version() -> None:
    op.execute("""
        create table version (
            organization_id uuid not null,
            dataset_id uuid not null,
            number integer not null check (number > 0),
            digest text collate "C" not null check (digest ~ '^[0-9a-f]{64}$'),
            columns json not null,
            rows bigint not null check (rows >= 0),
            files json not null,
            blocks bytea not null,
            made_at timestamptz not null,
            made_by uuid not null,
            lineage json not null,
            primary key (organization_id, dataset_id, number),
            unique (organization_id, dataset_id, digest),
            foreign key (organization_id, dataset_id) references dataset on delete cascade
        )""")
    protect("version", grants="select, insert")
    tag("version", dict.fromkeys(("organization_id", "dataset_id", "number", "digest"), "plain"))
    tag("version", dict.fromkeys(("columns", "rows", "files", "blocks", "made_at"), "plain"))
    tag("version", {"made_by": "personal", "lineage": "personal"})  # how its file was named


def _rejected_row() -> None:
    op.execute("""
        create table rejected_row (
            organization_id uuid not null,
            dataset_id uuid not null,
            number integer not null,
            ordinal integer not null,
            said json not null,
            primary key (organization_id, dataset_id, number, ordinal),
            foreign key (organization_id, dataset_id, number) references version on delete cascade
        )""")
    protect("rejected_row", grants="select, insert")
    tag("rejected_row", dict.fromkeys(("organization_id", "dataset_id"), "plain"))
    tag("rejected_row", {"number": "plain", "ordinal": "plain", "said": "personal"})
