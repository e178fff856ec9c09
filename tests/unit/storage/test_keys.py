import threading
import uuid
from pathlib import Path

import pytest

from morello.kernel.errors import Unavailable
from morello.storage.keys import MasterKeys

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


async def test_the_same_question_gets_the_same_key_also_after_a_restart(tmp_path: Path) -> None:
    first, second = (MasterKeys.in_folder(tmp_path / "home") for _ in range(2))
    assert await first.derive(ONE, "lake") == await second.derive(ONE, "lake")
    keys = {await first.derive(who, what) for who in (ONE, OTHER) for what in ("lake", "digest")}
    assert len(keys) == 4
    assert (tmp_path / "home" / "master.key").stat().st_mode & 0o777 == 0o600


def test_two_who_make_the_key_at_once_share_it(tmp_path: Path) -> None:
    made: list[bytes] = []
    threads = [
        threading.Thread(
            target=lambda: made.append(MasterKeys.in_folder(tmp_path)._expand(b"lake"))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]


def test_a_file_that_is_no_key_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.touch(mode=0o600)
    for content in (b"", b"short", b"x" * 1_000_000):
        path.write_bytes(content)
        with pytest.raises(Unavailable, match="32"):
            MasterKeys.in_folder(tmp_path)


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    MasterKeys.in_folder(tmp_path)
    (tmp_path / "master.key").chmod(0o644)
    with pytest.raises(Unavailable, match="0644"):
        MasterKeys.in_folder(tmp_path)
