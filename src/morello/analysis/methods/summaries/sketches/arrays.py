"""Arrow arrays as numpy arrays of the same memory.

Straight from the buffers: `to_numpy` and `pa.array` would import pandas wherever it is installed.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def numbers(array: pa.Array) -> npt.NDArray[Any]:
    """Return the values of an array of integers or floats; under nulls anything may stand."""
    kind = array.type.to_pandas_dtype()
    _, content = array.buffers()
    if not len(array) or content is None:
        return np.zeros(len(array), kind)
    return np.frombuffer(content, kind)[array.offset : array.offset + len(array)]


def validity(array: pa.Array) -> npt.NDArray[np.bool_] | None:
    """Return which values are not null; None when all are."""
    if not array.null_count:
        return None
    bits = np.frombuffer(array.buffers()[0], np.uint8)
    stop = array.offset + len(array)
    return np.unpackbits(bits, count=stop, bitorder="little")[array.offset :].view(np.bool_)


def counted(
    values: npt.NDArray[Any],
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return the different values in order of appearance, their counts, and each row's place."""
    encoded = from_numbers(values).dictionary_encode()
    different, codes = numbers(encoded.dictionary), numbers(encoded.indices)
    return different, np.bincount(codes, minlength=len(different)), codes


def from_numbers(values: npt.NDArray[Any]) -> pa.Array:
    """Return an array without nulls of the same memory."""
    values = np.ascontiguousarray(values)
    type_ = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(type_, len(values), [None, pa.py_buffer(values)])
