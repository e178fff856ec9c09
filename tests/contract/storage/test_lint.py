"""What pgrls, a linter of row-level security, says of the migrated schema."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from morello.storage.postgres.urls import Urls

CONFIG = Path(__file__).with_name("pgrls.toml")
OF_ONE_ROLE = {"SEC005", "SEC006", "SEC008", "SEC028", "SEC038", "PERF003"}
"""Rules that take a policy for everybody's: they do not look whom it is for."""
INSTALLATION_POLICIES = {"public.organization.of_installation"}
INSTALLATION_POLICIES |= {"public.organization_domain.of_installation"}
"""They ask whether the organization is the installation's own, so they name no column."""


def lint(urls: Urls) -> list[dict[str, Any]]:
    pgrls = Path(sys.executable).with_name("pgrls")
    command = [str(pgrls), "lint", "--config", str(CONFIG), "--format", "json"]
    command += ["--database-url", urls.owner, "--schemas", "public", "--min-severity", "warning"]
    told = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)  # noqa: S603 - our own
    assert told.returncode in (0, 1), told.stderr
    violations: list[dict[str, Any]] = json.loads(told.stdout)["violations"]
    return violations


def policies_of_one_role(owner: psycopg.Connection) -> set[str]:
    """Return the policies that are only for the owner's functions or for the ledger."""
    query = """
        select 'public.' || relname || '.' || polname
          from ours join pg_policy on polrelid = ours.oid
         where polroles <@ array['morello_ledger'::regrole::oid, current_user::regrole::oid]"""
    return {name for (name,) in owner.execute(query)}


def unexpected(urls: Urls, owner: psycopg.Connection) -> list[str]:
    passed_over = policies_of_one_role(owner)
    return [
        f"{each['rule_id']} {each['location']}: {each['title']}"
        for each in lint(urls)
        if not (each["rule_id"] in OF_ONE_ROLE and each["location"] in passed_over)
        and not (each["rule_id"] == "SEC005" and each["location"] in INSTALLATION_POLICIES)
    ]


@pytest.mark.slow
def test_the_linter_has_nothing_to_say(database_urls: Urls, owner: psycopg.Connection) -> None:
    assert unexpected(database_urls, owner) == []


@pytest.mark.slow
def test_the_linter_can_fail(database_urls: Urls, owner: psycopg.Connection) -> None:
    owner.execute("create policy open on organization to morello_app using (true)")
    owner.execute("create view cherries as select * from organization")
    told = " ".join(unexpected(database_urls, owner))
    assert "SEC008 public.organization.open" in told
    assert "VIEW001" in told
