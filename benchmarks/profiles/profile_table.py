"""The made-up table that the profile is measured on: 18 mixed columns, seeded, zstd Parquet."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

_CHUNK_ROWS = 1 << 20
_SEED = 20_260_101
_COUNTRIES = [f"{a}{b}" for a in "ABCDEFG" for b in "KLMNP"]
_STATUSES = ["new", "paid", "packed", "sent", "returned"]
_WORDS = np.array(
    [
        "late",
        "early",
        "cold",
        "hot",
        "wrong",
        "missing",
        "great",
        "slow",
        "kind",
        "rude",
        "fresh",
        "stale",
        "order",
        "table",
        "soup",
    ]
)


def write_table(path: Path, rows: int) -> None:
    """Write the table, a chunk at a time; the same rows for the same seed."""
    generator = np.random.default_rng(_SEED)
    products = [f"product {number:05d}" for number in generator.permutation(5_000)]
    writer: pq.ParquetWriter | None = None
    unfinished = path.with_suffix(".part")
    for start in range(0, rows, _CHUNK_ROWS):
        table = _chunk(generator, start, min(_CHUNK_ROWS, rows - start), products)
        if writer is None:
            writer = pq.ParquetWriter(unfinished, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=1 << 17)
    assert writer is not None, "a table has rows"
    writer.close()
    unfinished.rename(path)


def _chunk(generator: np.random.Generator, start: int, rows: int, products: list[str]) -> pa.Table:
    normal = generator.standard_normal(rows)
    numbers = {
        "id": np.arange(start, start + rows),
        "customer": (generator.pareto(1.1, rows) * 1_000).clip(0, 3_000_000).astype(np.int32),
        "quantity": generator.poisson(3, rows).astype(np.int16),
        "price": np.exp(normal).round(2),
        "cost": np.exp(normal * 0.8 + generator.standard_normal(rows) * 0.1),
        "discount": pa.array(generator.random(rows), mask=generator.random(rows) < 0.3),
        "score": generator.standard_normal(rows).astype(np.float32),
        "balance": generator.standard_cauchy(rows) * 100,
        "rating": pa.array(
            generator.integers(1, 6, rows).astype(np.int8), mask=generator.random(rows) < 0.5
        ),
    }
    seconds = np.sort(generator.integers(0, 86_400 * 30, rows)) + start // 10
    times = {
        "day": pa.array((18_000 + seconds // 86_400).astype(np.int32), pa.date32()),
        "created": pa.array(
            1_600_000_000_000_000 + seconds * 1_000_000 + generator.integers(0, 10**6, rows),
            pa.timestamp("us"),
        ),
        "shipped": pa.array(
            1_600_000_000_000 + generator.integers(0, 10**11, rows),
            pa.timestamp("ms", tz="UTC"),
            mask=generator.random(rows) < 0.1,
        ),
    }
    flags = {
        "is_member": generator.random(rows) < 0.2,
        "is_gift": pa.array(generator.random(rows) < 0.01, mask=generator.random(rows) < 0.05),
    }
    return pa.table({**numbers, **times, **flags, **_texts(generator, rows, products)})


def _texts(generator: np.random.Generator, rows: int, products: list[str]) -> dict[str, pa.Array]:
    def picked(values: list[str], missing: float = 0.0) -> pa.Array:
        codes = (generator.random(rows) ** 2 * len(values)).astype(np.int32)
        mask = generator.random(rows) < missing
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=mask), values).cast(pa.string())

    people = generator.integers(0, 10_000_000, rows)
    words = [_WORDS[generator.integers(0, len(_WORDS), rows)] for _ in range(6)]
    sentences = words[0]
    for word in words[1:]:
        sentences = np.strings.add(np.strings.add(sentences, " "), word)
    return {
        "country": picked(_COUNTRIES),
        "product": picked(products, missing=0.02),
        "email": pa.array(np.strings.add(people.astype(str), "@example.com")),
        "comment": pa.array(sentences),
    }
