"""A team's first day, over HTTP, on a server that was started like a newcomer starts it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import Person, Up

pytestmark = pytest.mark.slow

INSTALLATION = "00000000-0000-7000-8000-000000000000"
PASSWORD = "a long password of theirs"
BRANCHES = (("Harbour", 20), ("Station", 35))
CSV = "day,branch,amount\n" + "".join(
    f"2026-01-{1 + day % 28:02d},{branch},{amount + day % 5}\n"
    for day in range(200)
    for branch, amount in BRANCHES
)


@pytest.fixture(scope="module")
def admin(up: Up) -> Any:
    """The head of the first organization, with a session."""
    with Person(up) as person:
        person.enter(up.link)
        yield person


@pytest.fixture(scope="module")
def analyst(up: Up, admin: Person) -> Any:
    """A data scientist who was invited, with an API key."""
    link = admin.done("access.invite", email="ann@example.org", role="data_scientist")["link"]
    with Person(up) as invited:
        given = {"link": link["secret"], "password": PASSWORD, "name": "Ann"}
        invited.entered(invited.done("access.accept_invitation", **given))
        key = invited.done("access.create_key", name="nightly")["secret"]["secret"]
    with Person(up, key) as person:
        yield person


@pytest.fixture(scope="module")
def stranger(up: Up, admin: Person) -> Any:
    """The head of another organization on the same server."""
    admin.done("access.change_password", new=PASSWORD)
    email = admin.done("access.whoami")["email"]
    with Person(up) as above:
        given = {"email": email, "password": PASSWORD, "organization": INSTALLATION}
        above.entered(above.done("access.sign_in", **given)["opened"])
        made = above.done(
            "organizations.create", name="Orchard", slug="orchard", admin="head@example.com"
        )
    with Person(up) as person:
        given = {"link": made["link"]["secret"], "password": PASSWORD, "name": "Head"}
        person.entered(person.done("access.accept_invitation", **given))
        yield person


def analyzed(analyst: Person) -> dict[str, Any]:
    """Upload a file, have it analysed as a job, and wait for the job; return it."""
    sent = analyst.http.post(
        "/api/uploads",
        content=CSV.encode(),
        headers={
            "Content-Type": "text/csv",
            "Content-Disposition": 'attachment; filename="till.csv"',
        },
    )
    assert sent.status_code == 201, sent.text
    asked = analyst.http.post(
        "/api/tools/insights.analyze_file",
        json={"file": {"upload": sent.json()["id"]}, "name": "till"},
        headers={"Prefer": "respond-async"},
    )
    assert asked.status_code == 202, asked.text
    job: dict[str, Any] = {"id": asked.json()["job"], "state": "queued"}
    deadline = time.monotonic() + 60
    while job["state"] in {"queued", "running"}:
        assert time.monotonic() < deadline, job
        job = analyst.done("jobs.wait", job=job["id"], timeout_s=5)
    return job


@pytest.fixture(scope="module")
def job(analyst: Person) -> dict[str, Any]:
    return analyzed(analyst)


def test_the_sample_is_there_and_analysed(admin: Person) -> None:
    listed = admin.done("data.list")["datasets"]
    assert [each["name"] for each in listed] == ["orders"]
    started = time.monotonic()
    analysis = admin.done("insights.analyze", data="orders")
    assert analysis["rows_rejected"] == 3
    assert time.monotonic() - started < 20


def test_a_link_lets_somebody_in_once(up: Up, admin: Person) -> None:
    with Person(up) as late:
        token = up.link.partition("link=")[2]
        assert late.call("access.redeem_link", link=token).status_code == 401


def test_a_file_is_analysed_as_a_job(analyst: Person, job: dict[str, Any]) -> None:
    assert job["state"] == "succeeded", job
    assert job["used"]["cpu_s"] > 0
    found = analyst.done("jobs.result", job=job["id"])
    assert "Harbour" in json.dumps(found)


def test_a_watcher_goes_on_where_it_was_cut_off(analyst: Person, job: dict[str, Any]) -> None:
    given = {"after": -1, "for_s": 5}
    seen: list[tuple[str, Any]] = []
    for kind, identifier, data in analyst.events("audit.watch", given):
        if kind == "happened":
            seen.append((identifier, data["id"]))
        if len(seen) == 2:
            break  # the connection is lost here
    for kind, identifier, data in analyst.events("audit.watch", {"for_s": 5}, last_id=seen[-1][0]):
        if kind == "happened":
            seen.append((identifier, data["id"]))
            if len(seen) == 6:
                break
    whole = [
        (identifier, data["id"])
        for kind, identifier, data in analyst.events(
            "audit.watch", {"after": -1, "for_s": 1, "limit": 6}
        )
        if kind == "happened"
    ]
    assert seen == whole


def test_a_receipt_holds_offline_and_a_flipped_bit_does_not(
    up: Up, analyst: Person, job: dict[str, Any], tmp_path: Path
) -> None:
    made = analyst.done("audit.receipt", event=job["event_id"])
    receipt, evidence = tmp_path / "till.tlog", tmp_path / "till.tlog.evidence.json"
    receipt.write_text(made["text"])
    evidence.write_text(made["evidence"])
    words = ("verify", str(receipt), "--key", made["public_key"])
    elsewhere = {**up.environment, "MORELLO_HOME": str(tmp_path / "elsewhere")}
    up_elsewhere = Up(tmp_path / "elsewhere", elsewhere)
    held = up_elsewhere.command(*words)
    assert held.returncode == 0, held.stdout.decode() + held.stderr.decode()
    assert b"insights.analyze_file" in held.stdout
    whole = bytearray(receipt.read_bytes())
    whole[len(whole) // 2] ^= 1
    receipt.write_bytes(bytes(whole))
    assert up_elsewhere.command(*words).returncode == 1


def test_the_audit_trail_says_who_did_what(admin: Person, job: dict[str, Any]) -> None:
    told = [
        data
        for kind, _, data in admin.events(
            "audit.watch", {"after": -1, "for_s": 2, "kinds": ["call."], "limit": 500}
        )
        if kind == "happened"
    ]
    tools = {each["what"]["tool"] for each in told}
    assert {"insights.analyze_file", "access.create_key", "access.invite"} <= tools
    assert any(each["id"] == job["event_id"] for each in told)


def test_another_organization_sees_nothing_of_it(
    stranger: Person, analyst: Person, job: dict[str, Any]
) -> None:
    assert stranger.done("data.list")["datasets"] == []
    assert stranger.call("data.preview", data="till").status_code == 404
    assert stranger.call("jobs.get", job=job["id"]).status_code == 404
    assert stranger.call("audit.receipt", event=job["event_id"]).status_code == 404
    who = analyst.done("access.whoami")
    told = json.dumps(list(stranger.events("audit.watch", {"after": -1, "for_s": 1})))
    assert who["account_id"] not in told
    assert "insights.analyze_file" not in told
    company = who["organization_id"]
    other = stranger.http.get("/api/v1/jobs", headers={"X-Company-ID": company})
    assert other.status_code == 403


def test_the_command_line_works_there_as_it_does_here(
    up: Up, admin: Person, tmp_path: Path
) -> None:
    key = admin.done("access.create_key", name="shell")["secret"]["secret"]
    there = Up(tmp_path / "shell", {"MORELLO_KEY": key})
    assert there.command("login", up.url).returncode == 0
    asked = there.command("call", "data.query", "--sql", "SELECT count(*) FROM orders", "--json")
    assert asked.returncode == 0, asked.stderr.decode()
    assert "22090" in asked.stdout.decode()
    receipt = tmp_path / "r.tlog"
    done = there.command("analyze", "sample:orders", "--name", "again", "--receipt", str(receipt))
    assert done.returncode == 0, done.stderr.decode()
    assert there.command("verify", str(receipt)).returncode == 0
    assert there.command("call", "data.preview", "--data", "nowhere").returncode == 2
    assert b"again" in there.command("call", "data.list").stdout
    assert b"again" not in there.command("call", "data.list", "--local").stdout


def test_it_says_what_runs(up: Up) -> None:
    found = up.command("status", "--json")
    assert found.returncode == 0, found.stdout.decode()
    parts = {each["name"]: each for each in json.loads(found.stdout)["parts"]}
    assert set(parts) == {"supervisor", "postgres", "api", "worker"}
    assert all(each["pid"] for each in parts.values())
    again = up.command("up")
    assert again.returncode == 2
    assert up.url in again.stderr.decode()
