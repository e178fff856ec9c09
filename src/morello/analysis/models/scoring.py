"""Scoring: a model over all rows of a version, a chunk at a time. Blocks; for a worker process."""

from collections.abc import Callable, Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from morello.analysis.methods.learning.drift import counts_of, is_shifted, shift
from morello.analysis.models.algorithms.feature import Feature, matrix_of
from morello.analysis.models.fitted import Fitted, Predictor
from morello.analysis.models.judging import honesty_of, metrics_of
from morello.analysis.models.task import Drift, Evaluated, Predicted, ScoreTask
from morello.data.catalog import parquet
from morello.data.catalog.digest import RowDigest
from morello.data.catalog.types import arrow_schema, arrow_type
from morello.data.catalog.version import DataFile
from morello.data.engine.engine import Reader
from morello.data.ingest.task import Imported
from morello.data.policy.rewrite import visible_columns
from morello.kernel.errors import Fault, InvalidInput
from morello.kernel.messages import Message
from morello.kernel.values import Column

CHUNK_CELLS = 4_000_000
JUDGED_ROWS_MAX = 100_000
"""Rows that an evaluation scores; of more, a sample by chance."""
CLASSES_SHOWN_MAX = 20
"""Classes whose chances get a column each."""
_DRIFTS_MAX = 20
_ABSENT_MIN = 0.1
"""Change of the share of absent values that is told as such."""
_DIFFERENCES_MAX = 20
_ROWS_FILE = "rows.parquet"

Values = NDArray[np.float32]
Report = Callable[[float], None]


def predict(task: ScoreTask, reader: Reader, report: Report) -> Predicted:
    """Write every row with its prediction into the stage. Raises InvalidInput (columns)."""
    assert task.stage is not None, "rows need a place"
    fitted = Fitted.from_bytes(task.content)
    scoring = _Scoring(task, fitted, reader, report)
    names = scoring.names()
    types = {column.name: column.type for column in visible_columns(task.pinned)}
    shown = tuple(Column(name=name, type=kind) for name, kind in types.items())
    schema = pa.schema([*arrow_schema(shown), *scoring.added(names)])
    digest = RowDigest(task.digest_key, schema)

    path, raised = task.stage / _ROWS_FILE, list[Exception]()

    def rows() -> Iterator[pa.RecordBatch]:
        try:
            for each in scoring.rows_with_predictions(schema):
                digest.update(each)
                yield each
        except Exception as error:
            raised.append(error)  # the writer would only quote it
            raise

    source = pa.RecordBatchReader.from_batches(schema, rows())
    try:
        parquet.write(path, source, task.pinned.key, row_bytes=16.0 * len(schema))
    except (duckdb.Error, pa.ArrowException) as error:
        raise (raised[0] if raised else error) from None
    count = digest.rows
    if parquet.count(path, task.pinned.key) != count:
        raise Fault("rows", rows=count, records=scoring.rows)
    version, blocks = digest.finish()
    imported = Imported(
        version=version,
        blocks=blocks,
        columns=tuple(Column(name=field.name, type=str(field.type)) for field in schema),
        rows=count,
        rows_read=count,
        rows_rejected=0,
        files=(DataFile(path=_ROWS_FILE, rows=count, bytes=path.stat().st_size),),
        rejected=(),
        dialect={},
        notes=(),
        source_sha256="",
        source_bytes=0,
    )
    return Predicted(
        imported=imported, columns=names, drifts=scoring.drifts(), rows_read=scoring.rows
    )


def evaluate(task: ScoreTask, reader: Reader, report: Report) -> Evaluated:
    """Judge a model on the rows of a version whose target is known. Raises InvalidInput."""
    fitted = Fitted.from_bytes(task.content)
    scoring = _Scoring(task, fitted, reader, report)
    generator = np.random.default_rng(task.seed)
    share = min(1.0, JUDGED_ROWS_MAX / max(task.pinned.rows, 1))
    matrices, targets = list[Values](), list[NDArray[np.float64]]()
    for batch, matrix in scoring.chunks(also=fitted.target):
        actual = _actual(fitted, batch.column(fitted.target))
        used = ~np.isnan(actual) & (generator.random(len(actual)) < share)
        matrices.append(matrix[used])
        targets.append(actual[used])
    matrix = np.concatenate(matrices) if matrices else np.zeros((0, 0), np.float32)
    actual = np.concatenate(targets) if targets else np.zeros(0)
    if not len(actual):
        raise InvalidInput("model_empty", target=fitted.target)
    predictor = scoring.predictor
    bounds = (-np.inf, np.inf)
    return Evaluated(
        rows=scoring.rows,
        rows_known=len(actual),
        metrics=metrics_of(predictor, matrix, actual, bounds=bounds, generator=generator),
        honesty=honesty_of(predictor, matrix, actual),
        drifts=scoring.drifts(),
    )


class _Scoring:
    """One pass over a version's rows, counting how they lie on the way."""

    def __init__(self, task: ScoreTask, fitted: Fitted, reader: Reader, report: Report) -> None:
        self.predictor = Predictor(fitted)
        self.rows = 0
        self._task, self._fitted, self._reader, self._report = task, fitted, reader, report
        self._counts = [np.zeros(len(each.counts), np.int64) for each in fitted.references]
        self._types = {each.name: each.type for each in visible_columns(task.pinned)}
        self._check([each.column for each in fitted.features])
        self._check_types()

    def chunks(self, also: str = "") -> Iterator[tuple[pa.RecordBatch, Values]]:
        """Yield rows and their features, `also` a column that has to be there."""
        if also:
            self._check([also])
        width = max(1, len(self._fitted.features), len(self._types))
        chunk_rows = min(1 << 16, max(1, CHUNK_CELLS // width))
        for batch in self._reader.batches(self._task.pinned, batch_rows=chunk_rows):
            matrix = matrix_of(self._fitted.features, batch)
            for place, reference in enumerate(self._fitted.references):
                self._counts[place] += counts_of(matrix[:, place], reference.edges)
            self.rows += batch.num_rows
            self._report(min(1.0, self.rows / max(self._task.pinned.rows, 1)))
            yield batch, matrix

    def rows_with_predictions(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the rows as they are kept: those of the version, and the columns added."""
        for batch, matrix in self.chunks():
            columns = [
                column.cast(schema.field(place).type) for place, column in enumerate(batch.columns)
            ]
            yield pa.record_batch([*columns, *self.predicted(matrix)], schema=schema)

    def names(self) -> list[str]:
        """Name the columns that predictions get; what is taken already gets a number."""
        fitted = self._fitted
        target = fitted.target
        wanted = [f"predicted_{target}"]
        if fitted.kind == "regression" and fitted.half_width is not None:
            wanted += [f"predicted_{target}_low", f"predicted_{target}_high"]
        if fitted.kind == "classification":
            wanted.append(f"predicted_{target}_chance")
            if len(fitted.classes) <= CLASSES_SHOWN_MAX:
                wanted += [f"chance_of_{each}" for each in fitted.classes]
        taken = {each.casefold() for each in self._types}
        names: list[str] = []
        for name in wanted:
            free, number = name, 2
            while free.casefold() in taken:
                free, number = f"{name}_{number}", number + 1
            taken.add(free.casefold())
            names.append(free)
        return names

    def added(self, names: list[str]) -> list[pa.Field]:
        """Return the fields of the columns that predictions get."""
        first = pa.string() if self._fitted.kind == "classification" else pa.float64()
        kinds = [first, *(pa.float64() for _ in names[1:])]
        return [pa.field(name, kind) for name, kind in zip(names, kinds, strict=True)]

    def predicted(self, matrix: Values) -> list[pa.Array]:
        """Return the columns of predictions."""
        fitted = self._fitted
        if fitted.kind == "regression":
            said = self.predictor.numbers(matrix)
            reach = fitted.half_width
            columns = [said] if reach is None else [said, said - reach, said + reach]
            return [pa.array(each, pa.float64()) for each in columns]
        chances = self.predictor.chances(matrix)
        places = pa.array(chances.argmax(axis=1))
        shown = [chances.max(axis=1)]
        if len(fitted.classes) <= CLASSES_SHOWN_MAX:
            shown += list(chances.T)
        likeliest = pa.array(fitted.classes, pa.string()).take(places)
        return [likeliest, *(pa.array(each, pa.float64()) for each in shown)]

    def drifts(self) -> list[Drift]:
        """Tell which columns differ from those in training, the most different first."""
        worst: dict[str, Drift] = {}
        both = zip(self._fitted.features, self._fitted.references, self._counts, strict=True)
        for feature, reference, counts in both:
            before = np.array(reference.counts)
            if not is_shifted(before, counts):
                continue
            found = _drift(feature.column, before, counts)
            if found.index > getattr(worst.get(feature.column), "index", 0.0):
                worst[feature.column] = found
        return sorted(worst.values(), key=lambda each: -each.index)[:_DRIFTS_MAX]

    def _check(self, needed: list[str]) -> None:
        missing = list(dict.fromkeys(each for each in needed if each not in self._types))
        if missing:
            raise InvalidInput("model_columns", columns=missing[:_DIFFERENCES_MAX])

    def _check_types(self) -> None:
        wrong = [
            each.column
            for each in self._fitted.features
            if not each.reads(arrow_type(self._types[each.column]))
        ]
        if wrong:
            columns = list(dict.fromkeys(wrong))[:_DIFFERENCES_MAX]
            raise InvalidInput("model_types", columns=columns)


def _drift(column: str, before: NDArray[np.int64], now: NDArray[np.int64]) -> Drift:
    shares = {
        "absent_before": round(float(before[-1] / before.sum()), 3),
        "absent_now": round(float(now[-1] / now.sum()), 3),
    }
    index = round(shift(before, now), 3)
    told = abs(shares["absent_now"] - shares["absent_before"]) >= _ABSENT_MIN
    parameters = {"column": column, "index": index} | (shares if told else {})
    kind = "model.drift.absent" if told else "model.drift.values"
    return Drift(column=column, index=index, message=Message(id=kind, parameters=parameters))


def _actual(fitted: Fitted, column: pa.Array) -> NDArray[np.float64]:
    """Return known targets as numbers; NaN where absent, or of a class the model never saw."""
    if fitted.kind == "regression":
        return Feature(column=fitted.target, part="number").of(column).astype(np.float64)
    texts = pc.cast(column, pa.string())
    places = pc.index_in(texts, value_set=pa.array(fitted.classes, pa.string()))
    return np.array(pc.fill_null(pc.cast(places, pa.float64()), float("nan")), dtype=np.float64)
