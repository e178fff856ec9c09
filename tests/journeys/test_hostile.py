"""A hostile user: names, files and homes that want to break out, hang or leave something behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TIMEOUT_S = 60
NASTY = (
    '"; DROP TABLE x; --',
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u202eabc\u200b",
    "\x1b[31mred\x1b[0m",
    "n" * 10_000,
)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "working").mkdir()
    places = {"MORELLO_HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "working")}
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **places}


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Run:
    def ran(*arguments: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "morello", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=environment,
            timeout=TIMEOUT_S,
        )
        assert "Traceback" not in done.stdout + done.stderr
        assert "\x1b[31m" not in done.stdout + done.stderr
        assert not list((tmp_path / "working").iterdir())
        return done

    return ran


def plain(path: Path) -> Path:
    path.write_text("a,b\n" + "".join(f"{each % 7},{each}\n" for each in range(80)))
    return path


def test_names_and_values_that_want_to_break_out(tmp_path: Path, run: Run) -> None:
    quoted = [f'"{each.replace(chr(34), chr(34) * 2)}"' for each in NASTY]
    rows = [",".join(quoted[(each + place) % 6] for place in range(5)) for each in range(200)]
    lines = [f"{row},{place % 6 * 10 + place % 7}" for place, row in enumerate(rows)]
    (tmp_path / "nasty.csv").write_text("\n".join([",".join(quoted), *lines]) + "\n")
    done = run("analyze", "nasty.csv", "--out", "nasty.html")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "nasty.html").read_text()
    assert "<script" not in page
    assert "\x1b" not in page


@pytest.mark.parametrize("name", ["$(touch pwned).csv", "a\nb.csv", "--out=x.csv"])
def test_names_of_files_that_look_like_something_else(tmp_path: Path, run: Run, name: str) -> None:
    plain(tmp_path / name)
    assert run("analyze", "--", name).returncode == 0
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("verb", ["analyze", "verify"])
def test_what_never_ends_or_never_begins_is_refused_at_once(
    tmp_path: Path, run: Run, verb: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop2")
    (tmp_path / "loop2").symlink_to("loop")
    for name in ("pipe", "loop", "/dev/zero"):
        done = run(verb, name)
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.strip().splitlines()) >= 2, "what happened, and what to do next"


def test_homes_that_cannot_be_used(tmp_path: Path, run: Run, environment: dict[str, str]) -> None:
    plain(tmp_path / "a.csv")
    home = Path(environment["MORELLO_HOME"])
    home.write_text("a file")
    done = run("analyze", "a.csv")
    assert done.returncode == 3
    assert "morello.log" not in done.stderr, "nothing can be written there"
    home.unlink()
    home.mkdir()
    for content, mode, words in ((b"short", 0o600, "is not a key"), (b"k" * 32, 0o644, "chmod")):
        (home / "master.key").write_bytes(content)
        (home / "master.key").chmod(mode)
        done = run("analyze", "a.csv")
        assert done.returncode == 3
        assert words in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said(tmp_path: Path, run: Run) -> None:
    plain(tmp_path / "a.csv")
    done = run("analyze", "a.csv", "--out", "/dev/full")
    assert done.returncode == 2
    assert "No space left" in done.stderr


def test_what_a_killed_command_left_goes_with_the_next(
    tmp_path: Path, run: Run, environment: dict[str, str]
) -> None:
    big = tmp_path / "big.csv"
    big.write_text("a,b\n" + "".join(f"{each},{each * 7 % 1013}\n" for each in range(1_000_000)))
    started = subprocess.Popen(
        [sys.executable, "-m", "morello", "analyze", "big.csv"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
        env=environment,
    )
    until = time.monotonic() + TIMEOUT_S
    while not list((tmp_path / "working").glob("*/.lock")) and time.monotonic() < until:
        time.sleep(0.02)
    started.send_signal(signal.SIGKILL)
    started.wait()
    assert list((tmp_path / "working").iterdir())
    plain(tmp_path / "a.csv")
    assert run("analyze", "a.csv").returncode == 0


def test_thousands_of_columns_are_analysed_within_a_workers_memory(
    run: Run, tmp_path: Path
) -> None:
    wide = tmp_path / "wide.csv"
    columns = 3_000
    rows = (",".join(str(row * place % 97) for place in range(columns)) for row in range(300))
    wide.write_text("\n".join([",".join(f"c{place}" for place in range(columns)), *rows]))
    done = run("analyze", str(wide))
    assert done.returncode == 0, done.stderr
    assert "300 rows" in done.stdout
