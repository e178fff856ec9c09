"""The shipped data sets, by the names that people type: `sample:orders`."""

import contextlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from morello.kernel.errors import InvalidInput

PREFIX = "sample:"
_DATA = (".csv", ".csv.gz", ".xlsx", ".parquet")


def shipped() -> dict[str, Traversable]:
    """Return the data sets of the shipped sample by name."""
    folder = resources.files("morello") / "sample"
    return {
        each.name.partition(".")[0]: each
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
        if each.name.endswith(_DATA)
    }


@contextlib.contextmanager
def unpacked(given: str) -> Iterator[Path]:
    """Give the path of `sample:<name>` for as long as the block lasts. Raises InvalidInput."""
    name = given.removeprefix(PREFIX)
    samples = shipped()
    if name not in samples:
        raise InvalidInput("cli.no_sample", name=name, names=list(samples))
    with resources.as_file(samples[name]) as path:
        yield path
