"""Step 5: jobs, the workers that run them, and the one way to hand a job to the queue."""

from alembic import op

from morello.storage.postgres.migrations.schema import APP, JOBS, protect, tag

revision = "0005"
down_revision = "0004"

_CHANGED = (
    "state, tries, worker_id, started_at, ended_at, cancel_asked_at, progress, output, event_id,"
    " error, cpu_s, memory_peak_bytes, read_bytes, written_bytes"
)
"""What changes once a job is asked for; what was asked, and by whom, never does."""


def upgrade() -> None:
    """Make them."""
    _make_job()
    _make_worker()
    _make_hand_over()


def _make_job() -> None:
    op.execute("""
        create table job (
            organization_id uuid not null,
            id uuid not null,
            tool text not null check (length(tool) between 1 and 200),
            permission bigint not null,
            pool text not null,
            state text not null default 'queued'
                check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
            input bytea not null,
            passport text not null,
            approval uuid,
            retry_of uuid,
            asked_by uuid not null,
            asked_at timestamptz not null,
            tries integer not null default 0 check (tries >= 0),
            tries_max integer not null check (tries_max > 0),
            worker_id uuid,
            started_at timestamptz,
            ended_at timestamptz,
            cancel_asked_at timestamptz,
            progress jsonb,
            output bytea,
            event_id uuid,
            error jsonb,
            cpu_s double precision not null default 0,
            memory_peak_bytes bigint not null default 0,
            read_bytes bigint not null default 0,
            written_bytes bigint not null default 0,
            primary key (organization_id, id),
            check ((state in ('queued', 'running')) = (ended_at is null)),
            check ((state = 'succeeded') = (output is not null))
        )""")
    op.execute("create index job_waiting on job (organization_id) where state = 'queued'")
    op.execute("create index job_of_person on job (organization_id, asked_by, id)")
    protect("job", grants=f"select, insert, update ({_CHANGED})")
    plain = "organization_id id tool permission pool state approval retry_of asked_at tries"
    plain += " tries_max worker_id started_at ended_at cancel_asked_at event_id cpu_s"
    plain += " memory_peak_bytes read_bytes written_bytes"
    # Progress and errors may name files; who asked is an opaque identifier, but a person's.
    personal = "input asked_by progress output error"
    tag(
        "job",
        {
            **dict.fromkeys(plain.split(), "plain"),
            **dict.fromkeys(personal.split(), "personal"),
            "passport": "secret",
        },
    )


def _make_worker() -> None:
    op.execute("""
        create table worker (
            id uuid primary key,
            host text not null,
            pid integer not null,
            beats bigint not null default 0,
            started_at timestamptz not null default now(),
            beat_at timestamptz not null default now()
        )""")
    op.execute(f"grant select, insert, update (beats, beat_at), delete on worker to {JOBS}")
    tag("worker", dict.fromkeys(("id", "host", "pid", "beats", "started_at", "beat_at"), "plain"))


def _make_hand_over() -> None:
    # In the transaction that writes the job, so that none is ever lost between the two. The app's
    # role reaches the queue through this alone; the organization is the transaction's own.
    op.execute("""
        create function hand_over_job(job uuid, pool text) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        declare
            organization text := current_setting('app.current_company_id');
        begin
            perform dbos.enqueue_workflow(
                workflow_name => 'run_job',
                queue_name => pool,
                positional_args => array[to_json(organization), to_json(job::text)],
                workflow_id => job::text,
                queue_partition_key => organization,
                application_name => 'morello'
            );
        end $$""")
    op.execute("revoke all on function hand_over_job(uuid, text) from public")
    op.execute(f"grant execute on function hand_over_job(uuid, text) to {APP}")
