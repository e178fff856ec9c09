import json

import numpy as np
import pyarrow as pa
import pytest

from morello.analysis.methods.summaries.encoding import from_bytes, to_bytes
from morello.analysis.methods.summaries.table import TableSummary, merge, summarize
from morello.kernel.errors import BadFile


@pytest.fixture(name="summary")
def a_summary() -> TableSummary:
    generator = np.random.default_rng(1)
    return summarize(
        pa.RecordBatch.from_pydict(
            {
                "whole": [1, None, 3] * 1000,
                "real": generator.standard_normal(3000),
                "text": ["a", "한글", None] * 1000,
                "flag": [True, False, None] * 1000,
                "list": [[1], [], None] * 1000,
                "none": [None] * 3000,
                "day": pa.array([1, 2, 3] * 1000, pa.date32()),
            }
        )
    )


def test_bytes_come_back_as_the_same_summary(summary: TableSummary) -> None:
    back = from_bytes(to_bytes(summary))
    assert back.profile() == summary.profile()
    assert to_bytes(back) == to_bytes(summary)
    assert merge(back, summary).profile() == merge(summary, summary).profile()


def test_every_damaged_byte_is_found(summary: TableSummary) -> None:
    content = to_bytes(summary)
    generator = np.random.default_rng(2)
    for at in [*range(40), *generator.integers(0, len(content), 60)]:
        damaged = bytearray(content)
        damaged[at] ^= 1 + int(generator.integers(0, 255))
        with pytest.raises(BadFile):
            from_bytes(bytes(damaged))
    for stop in (0, 3, 16, 17, len(content) - 1):
        with pytest.raises(BadFile):
            from_bytes(content[:stop])


def test_a_newer_version_says_so(summary: TableSummary) -> None:
    content = bytearray(to_bytes(summary))
    content[4] = 9
    with pytest.raises(BadFile, match="9"):
        from_bytes(bytes(content))


@pytest.mark.parametrize(
    "tree",
    [
        [],
        None,
        {"class": "Tally", "fields": {"rows": 1, "nulls": 0}},
        {"class": "os.system", "fields": {}},
        {"class": "TableSummary", "fields": {"bogus": 1}},
        {"array": "|O", "start": 0, "shape": [1]},
        {"array": "<f8", "start": 0, "shape": [1 << 40]},
        {"array": "<f8", "start": -8, "shape": [1]},
    ],
)
def test_bytes_made_by_others_build_nothing_but_summaries(tree: object) -> None:
    import struct  # noqa: PLC0415 - only to forge
    import zlib  # noqa: PLC0415 - the same

    text = json.dumps(tree).encode()
    checksum = zlib.crc32(len(text).to_bytes(8, "big") + text)
    with pytest.raises(BadFile):
        from_bytes(struct.pack(">4sBIQ", b"MSUM", 1, checksum, len(text)) + text)
