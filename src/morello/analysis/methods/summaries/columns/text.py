"""A column of text or bytes: categories, names, identifiers, sentences."""

import collections
import dataclasses
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from morello.analysis.methods.profile import ColumnProfile, TopValue
from morello.analysis.methods.summaries.columns.column import TOP_VALUES_MAX, Tally
from morello.analysis.methods.summaries.columns.pattern import pattern
from morello.analysis.methods.summaries.sketches import arrays, hashes
from morello.analysis.methods.summaries.sketches.lengths import Lengths
from morello.analysis.methods.summaries.sketches.values import Values, are_mostly_different, probe

TEXT_LENGTH_MAX = 200
"""Characters of a value that are shown."""
CATEGORIES_MAX = 1000
"""A column of more different values is text."""
_ASCII_MAX = 127
_SHOWN_BYTES_MAX = 4 * TEXT_LENGTH_MAX


@dataclasses.dataclass(slots=True)
class TextColumn:
    """Exact counts, extremes and lengths; sketched different and frequent values."""

    values: Values
    is_binary: bool = False
    tally: Tally = dataclasses.field(default_factory=Tally)
    lengths: Lengths = dataclasses.field(default_factory=Lengths)
    minimum: str | None = None
    maximum: str | None = None

    def update(self, array: pa.Array) -> None:
        """Add a string or binary array, plain or dictionary-encoded."""
        self.tally.update(array)
        texts = array.drop_null() if array.null_count else array
        if not len(texts):
            return
        if not pa.types.is_dictionary(texts.type):
            looked_at = texts.take(arrays.from_numbers(np.arange(len(texts))[probe(len(texts))]))
            if are_mostly_different(len(looked_at.unique()), len(looked_at)):
                self._add_rows(texts)
                return
            texts = texts.dictionary_encode()
        self._add_different(texts)

    def merge(self, other: Self) -> None:
        """Add the other's rows to these."""
        self.tally.merge(other.tally)
        self.values.merge(other.values)
        self.lengths.merge(other.lengths)
        if other.minimum is not None and other.maximum is not None:
            self._stretch(other.minimum, other.maximum)

    def profile(self, name: str, type_: str) -> ColumnProfile:
        """Return what is known."""
        present, distinct = self.tally.present, min(self.values.count, self.tally.present)
        patterns, pattern_rows = self._patterns()
        is_category = self.values.error == 0 and distinct <= min(CATEGORIES_MAX, present // 2)
        return ColumnProfile(
            name=name,
            type=type_,
            kind="category" if is_category else "text",
            rows=self.tally.rows,
            nulls=self.tally.nulls,
            distinct=distinct,
            distinct_error=self.values.error,
            minimum=self.minimum,
            maximum=self.maximum,
            top=[
                TopValue(value=value, count=count)
                for value, count in self.values.frequent.top(TOP_VALUES_MAX)
            ],
            top_error=self.values.frequent.error,
            length_minimum=self.lengths.least if present else None,
            length_mean=self.lengths.mean,
            length_maximum=self.lengths.greatest if present else None,
            patterns=patterns,
            pattern_rows=pattern_rows,
        )

    def _add_rows(self, texts: pa.Array) -> None:
        self.lengths.update(self._measure(texts))
        self._stretch_to(texts)
        self.values.update_rows(hashes.of_texts(texts), self._pick(texts))

    def _add_different(self, encoded: pa.Array) -> None:
        codes = arrays.numbers(encoded.indices)
        counts = np.bincount(codes, minlength=len(encoded.dictionary))
        texts = encoded.dictionary
        used = np.flatnonzero(counts)
        if len(used) < len(counts):
            texts, counts = texts.take(arrays.from_numbers(used)), counts[used]
        keys = hashes.of_texts(texts)
        self.lengths.update(self._measure(texts), counts)
        self._stretch_to(texts)
        self.values.update(keys, counts, self._pick(texts))

    def _patterns(self) -> tuple[list[TopValue], int]:
        sample = self.values.sample
        if self.is_binary or sample is None:
            return [], 0
        shapes: collections.Counter[str] = collections.Counter()
        for value, count in zip(sample.values, sample.counts, strict=True):
            shapes[pattern(value)] += int(count)
        top = sorted(shapes.items(), key=lambda each: (-each[1], each[0]))[:TOP_VALUES_MAX]
        return [TopValue(value=shape, count=count) for shape, count in top], shapes.total()

    def _measure(self, texts: pa.Array) -> npt.NDArray[np.int64]:
        _, lengths, content = hashes.spans(texts)
        if self.is_binary or not content.size or content.max() <= _ASCII_MAX:
            return lengths
        return arrays.numbers(pc.utf8_length(texts)).astype(np.int64)

    def _stretch_to(self, texts: pa.Array) -> None:
        ends = pc.min_max(texts)
        least, greatest = (
            self._show(memoryview(ends[end].as_buffer())[:_SHOWN_BYTES_MAX].tobytes())
            for end in ("min", "max")
        )
        self._stretch(least, greatest)

    def _stretch(self, minimum: str, maximum: str) -> None:
        self.minimum = minimum if self.minimum is None else min(self.minimum, minimum)
        self.maximum = maximum if self.maximum is None else max(self.maximum, maximum)

    def _pick(self, texts: pa.Array) -> Any:
        def pick(at: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
            shown = np.empty(len(at), object)
            starts, lengths, content = hashes.spans(texts.take(arrays.from_numbers(at)))
            stops = starts + np.minimum(lengths, _SHOWN_BYTES_MAX)
            shown[:] = [
                self._show(content[start:stop].tobytes())
                for start, stop in zip(starts, stops, strict=True)
            ]
            return shown

        return pick

    def _show(self, beginning: bytes) -> str:
        """Return the beginning of a value as text; of binary as hexadecimal digits."""
        return _cut(beginning.hex() if self.is_binary else beginning.decode("utf-8", "replace"))


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LENGTH_MAX else f"{text[: TEXT_LENGTH_MAX - 1]}…"
