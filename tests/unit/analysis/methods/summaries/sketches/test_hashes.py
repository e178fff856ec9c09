import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from morello.analysis.methods.summaries.sketches.hashes import of_numbers, of_texts


def test_hashes_are_the_same_for_ever() -> None:
    # Stored summaries hold them: if this fails, raise encoding.VERSION.
    numbers = of_numbers(np.array([1, -1]))
    assert [hex(each) for each in numbers] == ["0xb456bcfc34c2cb2c", "0x64b5720b4b825f21"]
    texts = pa.array(["", "a", "eight by", "한글 텍스트", "x" * 300])
    assert [hex(each) for each in of_texts(texts)] == [
        "0x0",
        "0x54327c9f8a23533f",
        "0xd23e1286899ceefc",
        "0xa1b9ef1c6fc8727d",
        "0x936f6647b531d22d",
    ]


def test_equal_numbers_hash_alike_whatever_holds_them() -> None:
    for small, large in ((np.int8, np.int64), (np.float32, np.float64), (np.uint8, np.uint64)):
        values = [0, 1, 100]
        assert np.array_equal(
            of_numbers(np.array(values, small)), of_numbers(np.array(values, large))
        )
    assert of_numbers(np.array([-0.0])) == of_numbers(np.array([0.0]))


@settings(max_examples=30, deadline=None)
@given(
    texts=st.lists(st.text(max_size=40) | st.text(min_size=250, max_size=270), max_size=30),
    start=st.integers(0, 5),
)
def test_a_text_hashes_alike_wherever_it_stands(texts: list[str], start: int) -> None:
    hashes = of_texts(pa.array(texts, pa.string()))
    assert np.array_equal(hashes, of_texts(pa.array(texts, pa.large_string())))
    padded = pa.array(["padding"] * start + texts, pa.string())
    assert np.array_equal(hashes, of_texts(padded.slice(start)))
    alone = [of_texts(pa.array([text], pa.string()))[0] for text in texts]
    assert hashes.tolist() == alone
    assert len(set(alone)) == len(set(texts))


def test_texts_that_differ_in_little_hash_apart() -> None:
    texts = [f"{at:07d}@example.com" for at in range(100_000)] + ["\0" * at for at in range(40)]
    hashes = of_texts(pa.array(texts))
    assert len(np.unique(hashes)) == len(texts)
    shares = np.bincount((hashes >> np.uint64(60)).astype(int)) / len(texts)
    assert shares == pytest.approx([1 / 16] * 16, abs=0.005)
