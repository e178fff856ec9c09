"""`find_caller`: the one function that looks for somebody before an organization is known.

`find_caller(kind, value)` takes the digest of a session, key, link or invitation, an id, an e-mail
address or a domain, and returns what is known of whoever that is, a row for each organization.
"""

from alembic import op

from morello.kernel.ids import INSTALLATION
from morello.storage.postgres.migrations.schema import APP

# A column of each row: what is known of somebody, by whichever way they were looked for.
_FOUND = {
    "organization_id": "o.id",
    "organization": "o.name",
    "slug": "o.slug",
    "region": "o.region",
    "shut": "(o.suspended_at is not null or o.deleted_at is not null)",
    "account_id": "a.id",
    "name": "a.name",
    "email": "a.email",
    "epoch": "a.epoch",
    "password_hash": "null::text",
    "role": "m.role",
    "approval_for": "coalesce(m.approval_for, '{}')",
    "credential_id": "null::uuid",
    "credential_kind": "null::text",
    "credential_role": "null::text",
    "scopes": "null::text[]",
    "used_at": "null::timestamptz",
    "expires_at": "null::timestamptz",
}
_TYPES = {
    **dict.fromkeys(_FOUND, "text"),
    **dict.fromkeys(("organization_id", "account_id", "credential_id"), "uuid"),
    **dict.fromkeys(("used_at", "expires_at"), "timestamptz"),
    **dict.fromkeys(("approval_for", "scopes"), "text[]"),
    "shut": "boolean",
    "epoch": "integer",
}

_MEMBER = """
    join public.account a on a.id = m.account_id
    join public.organization o on o.id = m.organization_id"""

# Behind a broken glass stands somebody who is no member, but still a super admin.
_SESSION = {
    "role": "case when s.reason is null then m.role else 'org_admin' end",
    "credential_id": "s.id",
    "credential_kind": "case when s.reason is null then 'session' else 'break_glass' end",
    "used_at": "s.used_at",
    "expires_at": "s.expires_at",
}
_FROM_SESSION = f"""
    public.session s
    join public.account a on a.id = s.account_id and a.epoch = s.epoch
    join public.organization o on o.id = s.organization_id
    join public.membership m on m.account_id = s.account_id and case when s.reason is null
        then m.organization_id = s.organization_id
        else m.organization_id = '{INSTALLATION}' and m.role = 'super_admin' end"""

_KEY = {
    "credential_id": "k.id",
    "credential_kind": "'key'",
    "credential_role": "k.role",
    "scopes": "k.scopes",
    "used_at": "k.used_at",
    "expires_at": "case when k.old_digest = value then least(k.old_until, k.expires_at)"
    " else k.expires_at end",
}
_FROM_KEY = f"""
    public.api_key k
    join public.membership m
        on m.organization_id = k.organization_id and m.account_id = k.account_id{_MEMBER}"""

_LINK = {
    "credential_id": "l.id",
    "credential_kind": "l.purpose",
    "expires_at": "l.expires_at",
}
_FROM_LINK = f"""
    public.one_time_link l
    join public.membership m
        on m.organization_id = l.organization_id and m.account_id = l.account_id{_MEMBER}"""

_INVITATION = {
    "email": "i.email",
    "password_hash": "a.password_hash",
    "role": "i.role",
    "approval_for": "'{}'::text[]",
    "credential_id": "i.id",
    "credential_kind": "'invitation'",
    "expires_at": "i.expires_at",
}
_FROM_INVITATION = """
    public.invitation i
    join public.organization o on o.id = i.organization_id
    left join public.account a on a.email = i.email"""

_DOMAIN = {
    "account_id": "null::uuid",
    "epoch": "null::integer",
    **dict.fromkeys(("name", "email", "role"), "null::text"),
    "approval_for": "'{}'::text[]",
}
_FROM_DOMAIN = """
    public.organization_domain d
    join public.organization o on o.id = d.organization_id"""

_HASH = {"password_hash": "a.password_hash"}

_WAYS = (
    ("session", _SESSION, _FROM_SESSION, "s.digest = value"),
    ("session_id", _SESSION, _FROM_SESSION, "s.id = value::uuid"),
    ("key", _KEY, _FROM_KEY, "k.digest = value or k.old_digest = value"),
    ("key_id", _KEY, _FROM_KEY, "k.id = value::uuid"),
    ("link", _LINK, _FROM_LINK, "l.digest = value"),
    ("invitation", _INVITATION, _FROM_INVITATION, "i.digest = value"),
    ("email", _HASH, f"public.membership m{_MEMBER}", "a.email = value"),
    ("account", _HASH, f"public.membership m{_MEMBER}", "a.id = value::uuid"),
    ("domain", _DOMAIN, _FROM_DOMAIN, "d.domain = value"),
)


_CHANGES = {
    "account": "update of epoch, name",
    "membership": "delete or update of role, approval_for",
    "session": "delete or update of epoch",
    "api_key": "delete or update of digest",
    "organization": "update of region, suspended_at, deleted_at",
}
"""What makes an answer of `find_caller` untrue: rare, so that telling everybody costs nothing."""

CHANNEL = "morello_identity"


def tell_of_changes() -> None:
    """Have every process told when what it knows of callers may no longer be so."""
    op.execute(f"""
        create function tell_of_callers() returns trigger
        language plpgsql set search_path = pg_catalog, pg_temp
        as $$ begin perform pg_notify('{CHANNEL}', ''); return null; end $$""")
    op.execute("revoke all on function tell_of_callers() from public")
    for table, changes in _CHANGES.items():
        op.execute(
            f"create trigger tell_of_callers after {changes} on {table}"
            " for each row execute function tell_of_callers()"
        )


def make_find_caller() -> None:
    """Make it: the owner's, and nobody's to call but the app's."""
    cases = "".join(
        f"when '{kind}' then return query {_select(changes, source, where)};\n"
        for kind, changes, source, where in _WAYS
    )
    columns = ", ".join(f"{name} {_TYPES[name]}" for name in _FOUND)
    signature = "find_caller(kind text, value text)"
    op.execute(f"""
        create function {signature} returns table ({columns})
        language plpgsql stable security definer set search_path = pg_catalog, pg_temp
        as $$
        #variable_conflict use_column
        begin
            case kind {cases}
            end case;
        end $$""")
    op.execute("revoke all on function find_caller(text, text) from public")
    op.execute(f"grant execute on function find_caller(text, text) to {APP}")


def _select(changes: dict[str, str], source: str, where: str) -> str:
    chosen = ", ".join(f"{changes.get(name, column)} as {name}" for name, column in _FOUND.items())
    return f"select {chosen} from {source} where {where}"  # noqa: S608 - all of it stands above
