"""64-bit hashes of whole arrays, the same on every machine and in every version of ours.

Numbers go through the finalizer of MurmurHash3 (Appleby 2011, public domain); texts are taken
eight bytes at a time, all rows at once, and end in the same finalizer. Not for secrets.
"""

import hashlib

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Hashes = npt.NDArray[np.uint64]

_FIRST = np.uint64(0xFF51AFD7ED558CCD)
_SECOND = np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT = np.uint64(33)
_WORD_BYTES = 8
_ROWS_AT_ONCE = 1 << 13
"""Few enough that what is worked on stays in the cache."""
_BY_WORDS_BYTES_MAX = 256
"""Longer texts are hashed one by one: the loop over words would run for too few rows."""


def scramble(words: Hashes) -> Hashes:
    """Return the MurmurHash3 finalizer of each 64-bit word: a bijection."""
    mixed = words.copy()
    for first in range(0, len(words), _ROWS_AT_ONCE):
        part = mixed[first : first + _ROWS_AT_ONCE]
        part ^= part >> _SHIFT
        part *= _FIRST
        part ^= part >> _SHIFT
        part *= _SECOND
        part ^= part >> _SHIFT
    return mixed


def of_numbers(values: npt.NDArray[np.generic]) -> Hashes:
    """Return hashes of integers or floats; -0.0 hashes as 0.0, float32 as the same float64."""
    if values.dtype.kind == "f":
        return scramble((values.astype(np.float64) + 0.0).view(np.uint64))
    kind = np.uint64 if values.dtype.kind == "u" else np.int64
    return scramble(values.astype(kind, copy=False).view(np.uint64))


def of_texts(array: pa.Array) -> Hashes:
    """Return hashes of the bytes of a string or binary array (any offset width) without nulls."""
    starts, lengths, content = spans(array)
    hashes = scramble(lengths.view(np.uint64))
    if not len(lengths) or not content.size:
        return hashes
    words = _words(content)
    for first in range(0, len(lengths), _ROWS_AT_ONCE):
        part = slice(first, first + _ROWS_AT_ONCE)
        _mix(hashes[part], words, starts[part], lengths[part])
    for row in np.flatnonzero(lengths > _BY_WORDS_BYTES_MAX):
        hashes[row] = _of_long(content[starts[row] : starts[row] + lengths[row]])
    return scramble(hashes)


def _mix(
    hashes: Hashes, words: Hashes, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> None:
    """Mix the words of some texts into their hashes, the first word of all, then the second."""
    shortest, longest = int(lengths.min()), int(lengths.max())
    rows: npt.NDArray[np.intp] | slice = slice(None)
    for done in range(0, min(longest, _BY_WORDS_BYTES_MAX), _WORD_BYTES):
        if done >= shortest:
            rows = np.flatnonzero(lengths > done)
        taken = words[starts[rows] + done]
        if done + _WORD_BYTES > shortest:
            missing = np.maximum(done + _WORD_BYTES - lengths[rows], 0)
            missing <<= 3
            taken <<= missing.view(np.uint64)
        taken ^= hashes[rows]
        taken *= _FIRST
        taken ^= taken >> _SHIFT
        hashes[rows] = taken


def spans(
    array: pa.Array,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return where each text starts, its length in bytes, and the bytes of them all."""
    wide = pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type)
    _, offsets, content = array.buffers()
    if not len(array) or offsets is None:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros(0, np.uint8)
    raw = np.frombuffer(offsets, np.int64 if wide else np.int32)
    raw = raw[array.offset : array.offset + len(array) + 1]
    edges: npt.NDArray[np.int64] = raw.astype(np.int64)
    bytes_ = np.frombuffer(content, np.uint8) if content is not None else np.zeros(0, np.uint8)
    first, last = int(edges[0]), int(edges[-1])
    return edges[:-1] - first, np.diff(edges), bytes_[first:last]


def _words(content: npt.NDArray[np.uint8]) -> Hashes:
    """Return the little-endian word that starts at each byte."""
    padded = np.concatenate([content, np.zeros(_WORD_BYTES, np.uint8)])
    return np.ndarray((content.size + 1,), np.dtype("<u8"), buffer=padded.data, strides=(1,))


def _of_long(content: npt.NDArray[np.uint8]) -> int:
    return int.from_bytes(hashlib.blake2b(content.tobytes(), digest_size=8).digest(), "little")
