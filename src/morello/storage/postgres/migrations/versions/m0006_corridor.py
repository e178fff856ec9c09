"""Step 6: the tables of the corridor."""

from alembic import op

from morello.storage.postgres.migrations.schema import protect, tag

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make them."""
    _approval()
    _idempotency_key()
    _quota()


def _approval() -> None:
    op.execute("""
        create table approval (
            organization_id uuid not null,
            id uuid not null,
            asked_by uuid not null,
            asked_at timestamptz not null,
            tool text not null,
            input_digest text not null,
            expires_at timestamptz not null,
            decision text not null check (decision in ('open', 'approved', 'denied', 'used')),
            decided_by uuid,
            primary key (organization_id, id)
        )""")
    op.execute("""
        create unique index approval_open
            on approval (organization_id, asked_by, tool, input_digest)
            where decision = 'open'""")
    protect("approval", grants="select, insert, update (decision, decided_by), delete")
    tag("approval", dict.fromkeys(("organization_id", "id", "asked_at", "tool"), "plain"))
    tag("approval", dict.fromkeys(("input_digest", "expires_at", "decision"), "plain"))
    tag("approval", {"asked_by": "personal", "decided_by": "personal"})


def _idempotency_key() -> None:
    """Know keys by their SHA-256: they may be any text, and what they mean is their owner's."""
    op.execute("""
        create table idempotency_key (
            organization_id uuid not null,
            subject_id uuid not null,
            key_sha256 bytea not null check (length(key_sha256) = 32),
            fingerprint text not null,
            call_id uuid not null,
            event_id uuid not null,
            is_accepted boolean not null,
            output text,
            made_at timestamptz not null,
            primary key (organization_id, subject_id, key_sha256)
        )""")
    op.execute("create index idempotency_key_age on idempotency_key (organization_id, made_at)")
    protect("idempotency_key", grants="select, insert, delete")
    tag("idempotency_key", dict.fromkeys(("organization_id", "key_sha256", "fingerprint"), "plain"))
    tag("idempotency_key", dict.fromkeys(("call_id", "event_id", "is_accepted"), "plain"))
    tag("idempotency_key", {"subject_id": "personal", "output": "personal", "made_at": "plain"})


def _quota() -> None:
    """Keep what differs from the installation's settings; null is as they say."""
    op.execute("""
        create table quota (
            organization_id uuid primary key,
            rate_per_s double precision check (rate_per_s > 0),
            concurrent_max integer check (concurrent_max > 0),
            storage_bytes_max bigint check (storage_bytes_max >= 0),
            datasets_max integer check (datasets_max >= 0),
            members_max integer check (members_max >= 0)
        )""")
    protect("quota", grants="select, insert, update")
    tag("quota", dict.fromkeys(("organization_id", "rate_per_s", "concurrent_max"), "plain"))
    tag("quota", dict.fromkeys(("storage_bytes_max", "datasets_max", "members_max"), "plain"))
