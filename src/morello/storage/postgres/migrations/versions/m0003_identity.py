"""Step 3: people, what they may do in which organization, and what lets them in."""

from alembic import op

from morello.kernel.ids import INSTALLATION
from morello.storage.postgres.migrations.find_caller import make_find_caller, tell_of_changes
from morello.storage.postgres.migrations.schema import APP, CURRENT, let_owner_read, protect, tag

revision = "0003"
down_revision = "0002"

_ROLES = "'super_admin', 'org_admin', 'data_scientist', 'viewer', 'guest'"
_ROLE = f"role text not null check (role in ({_ROLES}))"

_TABLES = (
    """create table account (
        id uuid primary key,
        email text not null unique check (email = lower(email) and length(email) <= 254),
        name text not null check (length(name) between 1 and 255),
        password_hash text,
        has_password boolean not null generated always as (password_hash is not null) stored,
        epoch integer not null default 0,
        created_at timestamptz not null
    )""",
    f"""create table membership (
        organization_id uuid not null,
        id uuid not null,
        account_id uuid not null references account deferrable initially deferred,
        {_ROLE},
        approval_for text[] not null default '{{}}',
        created_at timestamptz not null,
        primary key (organization_id, id),
        unique (organization_id, account_id)
    )""",
    """create table person_group (
        organization_id uuid not null,
        id uuid not null,
        name text not null check (length(name) between 1 and 255),
        created_at timestamptz not null,
        primary key (organization_id, id),
        unique (organization_id, name)
    )""",
    """create table group_member (
        organization_id uuid not null,
        id uuid not null,
        group_id uuid not null,
        account_id uuid not null,
        primary key (organization_id, id),
        unique (organization_id, group_id, account_id),
        foreign key (organization_id, group_id) references person_group on delete cascade,
        foreign key (organization_id, account_id)
            references membership (organization_id, account_id) on delete cascade
    )""",
    """create table session (
        organization_id uuid not null,
        id uuid not null,
        account_id uuid not null,
        digest text not null unique,
        epoch integer not null,
        reason text,
        address text not null,
        user_agent text not null,
        created_at timestamptz not null,
        used_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (organization_id, id)
    )""",
    f"""create table api_key (
        organization_id uuid not null,
        id uuid not null,
        account_id uuid not null,
        name text not null check (length(name) between 1 and 255),
        prefix text not null,
        digest text not null unique,
        old_digest text unique,
        old_until timestamptz,
        {_ROLE},
        scopes text[],
        created_at timestamptz not null,
        rotated_at timestamptz,
        expires_at timestamptz,
        used_at timestamptz,
        primary key (organization_id, id),
        foreign key (organization_id, account_id)
            references membership (organization_id, account_id) on delete cascade
    )""",
    """create table one_time_link (
        organization_id uuid not null,
        id uuid not null,
        account_id uuid not null,
        purpose text not null check (purpose in ('sign_in', 'reset_password')),
        digest text not null unique,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (organization_id, id),
        foreign key (organization_id, account_id)
            references membership (organization_id, account_id) on delete cascade
    )""",
    f"""create table invitation (
        organization_id uuid not null,
        id uuid not null,
        email text not null check (email = lower(email) and length(email) <= 254),
        {_ROLE},
        digest text not null unique,
        invited_by uuid not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (organization_id, id),
        unique (organization_id, email)
    )""",
    """create table organization_domain (
        organization_id uuid not null references organization,
        id uuid not null,
        domain text not null unique check (domain = lower(domain) and length(domain) <= 253),
        verified_at timestamptz not null,
        primary key (organization_id, id)
    )""",
    """create table attempt (
        organization_id uuid not null,
        id uuid not null,
        who text not null,
        failures integer not null,
        free_at timestamptz not null,
        last_at timestamptz not null,
        primary key (organization_id, id),
        unique (organization_id, who)
    )""",
    "create index membership_of_account on membership (account_id)",
    "create unique index session_by_id on session (id)",  # found before its organization is known
    "create unique index api_key_by_id on api_key (id)",
    "create index session_of_account on session (organization_id, account_id)",
    "create index api_key_of_account on api_key (organization_id, account_id)",
    "create index one_time_link_of_account on one_time_link (organization_id, account_id)",
    "create index group_member_of_account on group_member (organization_id, account_id)",
    "create index attempt_by_age on attempt (organization_id, last_at)",
    "create index organization_domain_of_organization on organization_domain (organization_id)",
    "alter table organization add column suspended_at timestamptz",
)

_GRANTS = {
    "membership": "select, insert, delete, update (role, approval_for)",
    "person_group": "select, insert, delete, update (name)",
    "group_member": "select, insert, delete",
    "session": "select, insert, delete, update (epoch, used_at)",
    "api_key": "select, insert, delete,"
    " update (prefix, digest, old_digest, old_until, rotated_at, used_at)",
    "one_time_link": "select, insert, delete",
    "invitation": "select, insert, delete",
    "organization_domain": "select, insert, delete",
    "attempt": "select, insert, delete, update (failures, free_at, last_at)",
}

_PERSONAL = {
    "account": {"email", "name"},
    "session": {"address", "user_agent", "reason"},
    "invitation": {"email"},
}
_SECRET = {"password_hash", "digest", "old_digest"}

_COLUMNS = {
    "account": "id email name password_hash has_password epoch created_at",
    "membership": "organization_id id account_id role approval_for created_at",
    "person_group": "organization_id id name created_at",
    "group_member": "organization_id id group_id account_id",
    "session": "organization_id id account_id digest epoch reason address user_agent created_at"
    " used_at expires_at",
    "api_key": "organization_id id account_id name prefix digest old_digest old_until role scopes"
    " created_at rotated_at expires_at used_at",
    "one_time_link": "organization_id id account_id purpose digest created_at expires_at",
    "invitation": "organization_id id email role digest invited_by created_at expires_at",
    "organization_domain": "organization_id id domain verified_at",
    "attempt": "organization_id id who failures free_at last_at",
    "organization": "suspended_at",
}

_LOOKED_IN = (
    *("organization", "account", "membership", "session", "api_key", "one_time_link"),
    *("invitation", "organization_domain"),
)


def upgrade() -> None:
    """Make them."""
    for statement in _TABLES:
        op.execute(statement)
    for table, grants in _GRANTS.items():
        protect(table, grants=grants)
    for table, columns in _COLUMNS.items():
        tag(table, {column: _tag(table, column) for column in columns.split()})
    _protect_accounts()
    _let_installation_manage()
    for table in _LOOKED_IN:
        let_owner_read(table)
    make_find_caller()
    tell_of_changes()


def _tag(table: str, column: str) -> str:
    if column in _SECRET:
        return "secret"
    return "personal" if column in _PERSONAL.get(table, ()) else "plain"


def _protect_accounts() -> None:
    """Show an account to the organizations that it is a member of.

    Nobody reads a password's hash but `find_caller`. A membership is written before its account.
    """
    op.execute("alter table account enable row level security")
    op.execute("alter table account force row level security")
    is_member = (
        "exists (select from membership m"
        f" where m.organization_id = {CURRENT} and m.account_id = account.id)"
    )
    op.execute(
        f"create policy of_members on account to {APP} using ({is_member}) with check ({is_member})"
    )
    op.execute(
        "grant insert, delete, select (id, email, name, has_password, epoch, created_at),"
        f" update (name, password_hash, epoch) on account to {APP}"
    )


def _let_installation_manage() -> None:
    """Organizations and their domains are managed from the installation's own organization."""
    op.execute(f"grant update (region, suspended_at) on organization to {APP}")
    for table in ("organization", "organization_domain"):
        here = f"{CURRENT} = '{INSTALLATION}'::uuid"
        op.execute(
            f"create policy of_installation on {table} to {APP} using ({here}) with check ({here})"
        )
