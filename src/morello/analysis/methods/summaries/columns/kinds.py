"""Which summary a column gets, by its Arrow type, and arrays as that summary takes them."""

import pyarrow as pa
import pyarrow.compute as pc

from morello.analysis.methods.summaries.columns.boolean import BooleanColumn
from morello.analysis.methods.summaries.columns.column import Column
from morello.analysis.methods.summaries.columns.empty import EmptyColumn
from morello.analysis.methods.summaries.columns.nested import NestedColumn
from morello.analysis.methods.summaries.columns.number import NumberColumn
from morello.analysis.methods.summaries.columns.text import TextColumn
from morello.analysis.methods.summaries.columns.time import PER_SECOND, TimeColumn
from morello.analysis.methods.summaries.sketches.frequent import Frequent
from morello.analysis.methods.summaries.sketches.sample import Sample
from morello.analysis.methods.summaries.sketches.values import Values

_types = pa.types


def plain_type(type_: pa.DataType) -> pa.DataType:
    """Return the type that `plain` turns arrays of this type into."""
    if isinstance(type_, pa.BaseExtensionType):
        return plain_type(type_.storage_type)
    if _types.is_run_end_encoded(type_):
        return plain_type(type_.value_type)
    if _types.is_dictionary(type_):
        value = plain_type(type_.value_type)
        return type_ if value == type_.value_type and _is_text(value) else value
    if _types.is_string_view(type_):
        return pa.large_string()
    if _types.is_binary_view(type_) or _types.is_fixed_size_binary(type_):
        return pa.large_binary()
    return type_


def plain(array: pa.Array) -> pa.Array:
    """Return an array without extension, run-end or view encodings; dictionaries of text stay."""
    if isinstance(array, pa.ExtensionArray):
        return plain(array.storage)
    type_ = array.type
    if _types.is_run_end_encoded(type_):
        return plain(pc.run_end_decode(array))
    if _types.is_dictionary(type_):
        keeps = plain_type(type_) == type_ and array.dictionary.null_count == 0
        return array if keeps else plain(array.dictionary_decode())
    wanted = plain_type(type_)
    return array if wanted == type_ else array.cast(wanted)


def column_of(type_: pa.DataType, capacity: int) -> Column:
    """Return the empty summary for a type; `capacity` bounds how many values it counts."""
    type_ = plain_type(type_)
    if _types.is_dictionary(type_):
        type_ = type_.value_type
    if _types.is_boolean(type_):
        return BooleanColumn()
    if _types.is_temporal(type_) and not _types.is_interval(type_):
        return _time(type_, Values(Frequent(capacity)))
    if _types.is_integer(type_) or _types.is_floating(type_) or _types.is_decimal(type_):
        return NumberColumn(Values(Frequent(capacity)), is_whole=_types.is_integer(type_))
    if _is_text(type_):
        is_binary = _types.is_binary(type_) or _types.is_large_binary(type_)
        return TextColumn(Values(Frequent(capacity), sample=Sample()), is_binary=is_binary)
    is_list = _types.is_list_view(type_) or _types.is_large_list_view(type_)
    if is_list or (_types.is_nested(type_) and _has_lengths(type_)):
        return NestedColumn()
    return EmptyColumn("empty" if _types.is_null(type_) else "nested")


def _time(type_: pa.DataType, values: Values) -> Column:
    if _types.is_duration(type_):
        return NumberColumn(values, is_whole=False, per_second=PER_SECOND[type_.unit])
    if _types.is_date(type_):
        return TimeColumn(values, "D")
    zoned = _types.is_timestamp(type_) and type_.tz is not None
    return TimeColumn(values, type_.unit, is_of_day=_types.is_time(type_), is_zoned=zoned)


def _has_lengths(type_: pa.DataType) -> bool:
    return bool(
        _types.is_list(type_)
        or _types.is_large_list(type_)
        or _types.is_fixed_size_list(type_)
        or _types.is_map(type_)
    )


def _is_text(type_: pa.DataType) -> bool:
    return bool(
        _types.is_string(type_)
        or _types.is_large_string(type_)
        or _types.is_binary(type_)
        or _types.is_large_binary(type_)
    )
