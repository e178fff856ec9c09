"""Files with a few bytes changed, cut or put in: read or refused in words, and nothing else."""

import contextlib
import gzip
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from morello.kernel.errors import InvalidInput, TooLarge

Read = Callable[..., Any]
INSERTS = (b'"', b"\n", b"\r", b",", b"\0", b"{", b"]", b"\xff\xfe")
ROUNDS = 40


def seeds() -> dict[str, bytes]:
    frame = pd.DataFrame({"a": range(50), "b": ['x"y,z\n', "é"] * 25, "c": [1.5] * 50})
    book, parquet = io.BytesIO(), io.BytesIO()
    frame.to_excel(book, index=False)
    frame.to_parquet(parquet)
    text = frame.to_csv(index=False)
    return {
        "a.xlsx": book.getvalue(),
        "a.parquet": parquet.getvalue(),
        "a.csv": text.encode(),
        "wide.csv": text.encode("utf-16"),
        "korean.csv": ("이름,값\n" + "서울,1\n" * 30).encode("cp949"),
        "a.json": frame.to_json(orient="records").encode(),
        "a.ndjson": frame.to_json(orient="records", lines=True).encode(),
        "a.csv.gz": gzip.compress(text.encode()),
    }


def spoilt(content: bytes, generator: np.random.Generator) -> bytes:
    changed = bytearray(content)
    for _ in range(generator.integers(1, 6)):
        place = int(generator.integers(len(changed)))
        match generator.integers(3):
            case 0:
                changed[place] = int(generator.integers(256))
            case 1 if len(changed) > 100:
                del changed[place : place + int(generator.integers(1, 30))]
            case _:
                changed[place:place] = INSERTS[generator.integers(len(INSERTS))]
    return bytes(changed)


def spoil(read: Read, seed: int, rounds: int) -> None:
    generator = np.random.default_rng(seed)
    files = seeds()
    for turn in range(rounds):
        name = list(files)[turn % len(files)]
        content = spoilt(files[name], generator)
        with contextlib.suppress(InvalidInput, TooLarge):  # the file's fault, never ours
            result = read(content, name, piece_bytes=100)
            assert result.table.num_rows == result.imported.rows_read


@pytest.mark.slow
def test_a_spoilt_file_is_read_or_refused(read: Read) -> None:
    spoil(read, seed=1, rounds=ROUNDS)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(2, 10))
def test_many_spoilt_files_are_read_or_refused(read: Read, seed: int) -> None:
    spoil(read, seed, rounds=50 * ROUNDS)
