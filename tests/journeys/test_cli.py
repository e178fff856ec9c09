"""The command line as a newcomer meets it: real processes, real files, real signals."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

NEED_A_PAST = {"access.decide_approval", "audit.receipt"}
"""Tools whose example speaks of an earlier call, which a process of its own has not made."""
COMMANDS = ("analyze", "verify", "call", "tools", "settings", "login", "logout")
TIMEOUT_S = 120


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "MORELLO_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}


def morello(
    *arguments: str, environment: Mapping[str, str], folder: Path, given: bytes = b""
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "morello", *arguments],
        input=given,
        capture_output=True,
        check=False,
        cwd=folder,
        env=dict(environment),
        timeout=TIMEOUT_S,
    )


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    lines = [f"{day},{['Harbour', 'Station'][day % 2]},{10 + day % 7}" for day in range(300)]
    path.write_text("\n".join(["day,branch,amount", *lines, "300,Harbour,7,too many"]) + "\n")
    return path


def test_a_file_in_what_matters_out_with_a_receipt(
    tmp_path: Path, orders: Path, environment: dict[str, str]
) -> None:
    before = orders.read_bytes()
    options = ("--json", "--out", "report.html", "--receipt", "r.tlog")
    done = morello("analyze", "orders.csv", *options, environment=environment, folder=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    whole = json.loads(done.stdout)
    assert {"outliers", "patterns", "model_suggestions", "business_insights"} <= set(whole)
    assert (whole["rows_read"], whole["rows_rejected"]) == (300, 1)
    assert orders.read_bytes() == before
    assert b"<html" in (tmp_path / "report.html").read_bytes()

    held = morello("verify", "r.tlog", environment=environment, folder=tmp_path)
    assert held.returncode == 0, held.stdout.decode()
    receipt = tmp_path / "r.tlog"
    receipt.write_text(receipt.read_text().replace("A", "B", 1))
    broken = morello("verify", "r.tlog", environment=environment, folder=tmp_path)
    assert broken.returncode == 1
    assert b"Traceback" not in broken.stderr


def test_rejected_rows_are_shown_with_their_line(
    tmp_path: Path, orders: Path, environment: dict[str, str]
) -> None:
    done = morello("analyze", "orders.csv", environment=environment, folder=tmp_path)
    assert done.returncode == 0
    assert b"line 302" in done.stdout


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_example_of_every_help_runs(
    tmp_path: Path, command: str, environment: dict[str, str]
) -> None:
    shown = morello(*command.split(), "--help", environment=environment, folder=tmp_path)
    assert shown.returncode == 0
    program, *words = shlex.split(shown.stdout.decode().strip().splitlines()[-1])
    assert program == "morello"
    if words[0] == "verify":
        made = ("analyze", "sample:orders", "--receipt", words[1])
        assert morello(*made, environment=environment, folder=tmp_path).returncode == 0
    done = morello(*words, environment=environment, folder=tmp_path)
    assert done.returncode == 0, done.stderr.decode()


def test_standard_input(tmp_path: Path, orders: Path, environment: dict[str, str]) -> None:
    options = ("analyze", "-", "--json", "--name", "till")
    given = orders.read_bytes()
    done = morello(*options, environment=environment, folder=tmp_path, given=given)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["dataset"] == "till"


def test_a_query_over_files(tmp_path: Path, orders: Path, environment: dict[str, str]) -> None:
    words = ("call", "data.query", "--with", "orders.csv", "--json")
    sql = ("--sql", "SELECT count(*) AS n FROM orders")
    done = morello(*words, *sql, environment=environment, folder=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert "300" in done.stdout.decode()


def test_an_interrupt_stops_it_and_keeps_nothing(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    large = tmp_path / "large.csv"
    line = "1,2,3,4,5,6,7,8,some text that is not short\n"
    large.write_text("a,b,c,d,e,f,g,h,i\n" + line * 2_000_000)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "morello", "analyze", "large.csv", "--out", "r.html"],
        cwd=tmp_path,
        env={**environment, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    said = process.stderr.readline() + process.stderr.readline()
    assert b"large.csv" in said, "it says that it is at work"
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130, said.decode()
    assert b"Nothing was kept" in said
    assert b"Traceback" not in said
    assert not (tmp_path / "r.html").exists()
    assert list(scratch.iterdir()) == []


def test_a_reader_that_leaves_early_is_no_error(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program = f"{shlex.quote(sys.executable)} -m morello tools --json | head -c 1"
    done = subprocess.run(  # noqa: S602 - a pipe needs a shell
        program, shell=True, capture_output=True, check=False, cwd=tmp_path, env=environment
    )
    assert done.stderr == b""


@pytest.mark.parametrize("command", [("--help",), ("analyze", "sample:orders"), ("tools",)])
def test_a_terminal_that_knows_ascii_only(
    tmp_path: Path, environment: dict[str, str], command: tuple[str, ...]
) -> None:
    poor = {**environment, "PYTHONIOENCODING": "ascii", "COLUMNS": "30", "NO_COLOR": "1"}
    done = morello(*command, "--language", "ko", environment=poor, folder=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.isascii()
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "empty.csv"), (b"PAR1 broken", "broken.parquet"), (b"\x1f\x8bbroken", "broken.csv.gz")],
)
def test_a_broken_file_is_explained(
    tmp_path: Path, environment: dict[str, str], content: bytes, name: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = morello("analyze", name, "--quiet", environment=environment, folder=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2


FACE = """
import asyncio, sys
import pyarrow as pa
import morello

table = pa.table({"day": list(range(200)), "amount": [float(n % 7) for n in range(200)]})

async def notebook():
    return morello.analyze(table, name="till")

r = asyncio.run(notebook())
assert r.rows_read == 200, r.rows_read
assert r.receipt.verify(), repr(r.receipt.verify())
assert r._repr_html_().startswith("<div")
assert r.report("face.html").stat().st_size > 1000
assert morello.list_tools()
print(repr(r).splitlines()[0])
"""


def test_python_in_a_running_loop_leaves_nothing_behind(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-W", "error", "-c", FACE],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={**environment, "TMPDIR": str(scratch)},
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    assert b"till" in done.stdout
    assert list(scratch.iterdir()) == []


@pytest.mark.prove
def test_the_example_of_every_tool_runs(tmp_path: Path, environment: dict[str, str]) -> None:
    listed = morello("tools", "--json", environment=environment, folder=tmp_path)
    failed = {}
    for each in json.loads(listed.stdout):
        if each["name"] in NEED_A_PAST:
            continue
        shown = morello("call", each["name"], "--help", environment=environment, folder=tmp_path)
        program, *words = shlex.split(shown.stdout.decode().strip().splitlines()[-1])
        assert program == "morello"
        done = morello(*words, "--out", "out", environment=environment, folder=tmp_path)
        if done.returncode:
            failed[each["name"]] = done.stderr.decode()
    assert failed == {}
