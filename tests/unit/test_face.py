import subprocess
import sys

import pytest

import morello

IMPORT_S_MAX = 0.06


def test_the_names_are_there_and_nothing_else() -> None:
    assert set(morello.__all__) <= set(dir(morello))
    assert callable(morello.analyze)
    assert issubclass(morello.MorelloError, Exception)
    assert morello.__version__.startswith("0.")
    with pytest.raises(AttributeError, match="analyse"):
        _ = morello.analyse


def test_importing_it_is_free() -> None:
    timed = (
        "import sys, time; start = time.perf_counter(); import morello;"
        "print(time.perf_counter() - start, 'pydantic' in sys.modules, 'asyncio' in sys.modules)"
    )
    taken, *loaded = min(
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", timed], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(3)
    )
    assert float(taken) < IMPORT_S_MAX
    assert loaded == ["False", "False"]
