"""Strict base64: one spelling for bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.kernel.errors import ProofFailed
from morello.ledger.proof import base64_text


@given(st.binary(max_size=100))
def test_every_bytes_reads_back(data: bytes) -> None:
    assert base64_text.decode(base64_text.encode(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        "QQ",
        "QQ=",
        "QR==",
        "QQ==\n",
        " QQ==",
        "QQ== ",
        "Q Q==",
        "QQ===",
        "-_==",
        "=QQ=",
        "é",
        "QQ\0=",
    ],
)
def test_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(ProofFailed):
        base64_text.decode(text)


def test_unused_bits_cannot_hide_a_second_spelling() -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    read = [each for each in alphabet if _reads(f"A{each}==")]
    assert read == ["A", "Q", "g", "w"]


def _reads(text: str) -> bool:
    try:
        base64_text.decode(text)
    except ProofFailed:
        return False
    return True
