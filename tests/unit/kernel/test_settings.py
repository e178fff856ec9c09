from pathlib import Path

import pytest

from morello.kernel.errors import InvalidInput
from morello.kernel.settings import Settings


def test_the_environment_wins_over_the_file_over_the_default(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("workers = 3\nqueue_max = 5\n")
    settings = Settings.load({"MORELLO_HOME": str(tmp_path), "MORELLO_WORKERS": "4"})
    assert (settings.workers, settings.queue_max, settings.concurrent_max) == (4, 5, 16)
    assert settings.origin("workers") == "MORELLO_WORKERS"
    assert settings.origin("queue_max") == str(tmp_path / "settings.toml")
    assert settings.origin("concurrent_max") == "default"


def test_a_wrong_value_says_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="MORELLO_WORKERS"):
        Settings.load({"MORELLO_HOME": str(tmp_path), "MORELLO_WORKERS": "many"})


@pytest.mark.parametrize("content", [b"workers = ", b"\xff\xfe", b"wrong_name = 1"])
def test_a_broken_file_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.toml").write_bytes(content)
    with pytest.raises(InvalidInput):
        Settings.load({"MORELLO_HOME": str(tmp_path)})
