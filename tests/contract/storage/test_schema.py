"""Rules over every table, view and function there is, read from the catalog of the database."""

import psycopg
import pytest

from morello.storage.postgres.migrations.schema import TAGS

DEFINERS = {
    "find_caller",  # finds who somebody is before an organization is known
    "hand_over_job",  # puts a job into the queue, whose schema the app does not reach otherwise
}
WITHOUT_ORGANIZATION = {
    "account",  # of the installation: seen through a membership, by a policy of its own
    "worker",  # processes of ours, which work for all organizations
}

RULES = {
    "a table of organizations forces row-level security": """
        select relname from ours
         where relkind in ('r', 'p') and is_tenants
           and not (relrowsecurity and relforcerowsecurity)""",
    "a table of organizations shows the app the rows of one": """
        select relname from ours
         where relkind in ('r', 'p') and is_tenants and not exists (
               select from pg_policy p
                where p.polrelid = ours.oid and 'morello_app'::regrole = any(p.polroles)
                  and pg_get_expr(p.polqual, ours.oid) like '%%app.current_company_id%%')""",
    "a policy of the app's asks for the organization in reading and in writing": """
        select relname || '.' || polname from ours join pg_policy p on p.polrelid = ours.oid
         where polroles && array[0::oid, 'morello_app'::regrole]
           and (coalesce(pg_get_expr(polqual, ours.oid), 'app.current_company_id')
                    not like '%%app.current_company_id%%'
             or coalesce(pg_get_expr(polwithcheck, ours.oid), 'app.current_company_id')
                    not like '%%app.current_company_id%%'
             or coalesce(polqual, polwithcheck) is null)""",
    "a table without an organization is one that is known": """
        select relname from ours
         where relkind in ('r', 'p') and not is_tenants
           and not relname = any(%(without_organization)s)""",
    "a primary key begins with the organization": """
        select relname from ours left join pg_index i on i.indrelid = ours.oid and indisprimary
         where relkind in ('r', 'p') and relname <> 'organization' and is_tenants
           and not coalesce((select attname = 'organization_id' from pg_attribute a
                             where a.attrelid = ours.oid and a.attnum = i.indkey[0]), false)""",
    "a view asks as who looks at it": """
        select relname from ours
         where relkind = 'm' or (relkind = 'v' and not exists (
               select from unnest(reloptions) o
                where o in ('security_invoker=true', 'security_invoker=on')))""",
    "a column says whether it is plain, personal or secret": """
        select relname || '.' || attname from ours join pg_attribute a on attrelid = ours.oid
         where relkind in ('r', 'p', 'v') and attnum > 0 and not attisdropped
           and not coalesce(col_description(ours.oid, attnum) = any(%(tags)s), false)""",
    "what there is belongs to the owner": """
        select relname from ours where relowner <> current_user::regrole
        union all
        select proname from pg_proc
         where pronamespace = 'public'::regnamespace and proowner <> current_user::regrole""",
    "a role of ours has no power of its own": """
        select rolname from pg_roles
         where rolname in ('morello_app', 'morello_ledger', 'morello_jobs', 'morello_login')
           and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
             or rolcanlogin <> (rolname = 'morello_login'))""",
    "a login has rights only as one of the roles": """
        select roleid::regrole::text from pg_auth_members
         where member = 'morello_login'::regrole
           and (inherit_option or admin_option or not set_option)""",
    "a function that acts as the owner is one that is known": """
        select proname from pg_proc
         where pronamespace = 'public'::regnamespace and prosecdef
           and not proname = any(%(definers)s)""",
    "a function that acts as the owner has a fixed search path": """
        select proname from pg_proc
         where pronamespace = 'public'::regnamespace and prosecdef
           and not coalesce(proconfig @> array['search_path=pg_catalog, pg_temp'], false)""",
    "everybody may do nothing": """
        select relname from ours, aclexplode(relacl) where grantee = 0
        union all
        select proname from pg_proc p,
               aclexplode(coalesce(proacl, acldefault('f', proowner)))
         where pronamespace = 'public'::regnamespace and grantee = 0
        union all
        select 'schema public' from pg_namespace, aclexplode(nspacl)
         where nspname = 'public' and grantee = 0""",
    "nobody is granted what changes tables": """
        select relname from ours, aclexplode(relacl)
         where grantee <> relowner
           and (privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
             or is_grantable)""",
    "a time says its zone": """
        select relname || '.' || attname from ours join pg_attribute a on attrelid = ours.oid
         where relkind in ('r', 'p') and attnum > 0 and atttypid = 'timestamp'::regtype""",
}

BREACHES = {
    "a table of organizations forces row-level security": """
        create table cherry (organization_id uuid primary key);
        alter table cherry enable row level security""",
    "a table of organizations shows the app the rows of one": """
        create table cherry (organization_id uuid primary key);
        create policy none on cherry to morello_app using (true)""",
    "a policy of the app's asks for the organization in reading and in writing": """
        create policy cherry on organization for insert to morello_app with check (true)""",
    "a table without an organization is one that is known": "create table cherry (id uuid)",
    "a primary key begins with the organization": """
        create table cherry (id uuid, organization_id uuid, primary key (id, organization_id))""",
    "a view asks as who looks at it": "create view cherry as select * from organization",
    "a column says whether it is plain, personal or secret": """
        alter table organization add column cherry text""",
    "a login has rights only as one of the roles": """
        grant morello_app to morello_login with inherit true""",
    "a function that acts as the owner is one that is known": """
        create function cherry() returns int language sql security definer
            set search_path = pg_catalog, pg_temp return 1""",
    "a function that acts as the owner has a fixed search path": """
        create function cherry() returns int language sql security definer return 1""",
    "everybody may do nothing": "grant select on organization to public",
    "nobody is granted what changes tables": "grant truncate on organization to morello_app",
    "a time says its zone": "alter table organization add column cherry timestamp",
}
"""What breaks a rule; those that only a superuser could break are left out."""


def broken(owner: psycopg.Connection, rule: str) -> list[str]:
    parameters = {
        "tags": sorted(TAGS),
        "definers": sorted(DEFINERS),
        "without_organization": sorted(WITHOUT_ORGANIZATION),
    }
    return [name for (name,) in owner.execute(RULES[rule], parameters)]


@pytest.mark.parametrize("rule", RULES)
def test_rule(owner: psycopg.Connection, rule: str) -> None:
    assert broken(owner, rule) == []


@pytest.mark.parametrize("rule", BREACHES)
def test_rules_can_fail(owner: psycopg.Connection, rule: str) -> None:
    with owner.transaction(force_rollback=True):
        owner.execute(BREACHES[rule])
        assert broken(owner, rule) != []
