import errno

import pytest

from morello.storage.disk import is_disk_full


class EngineError(Exception):
    """An error of a library that keeps the number to itself."""


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "full"),
        OSError(errno.EDQUOT, "full"),
        EngineError('Could not write file "rows.parquet": No space left on device'),
    ],
)
def test_a_full_disk_is_known_also_behind_another_error(error: Exception) -> None:
    assert is_disk_full(error)
    other = ValueError("could not write")
    other.__cause__ = error
    assert is_disk_full(other)


def test_other_errors_are_other_errors() -> None:
    assert not is_disk_full(OSError(errno.EACCES, "not allowed"))
    assert not is_disk_full(None)
