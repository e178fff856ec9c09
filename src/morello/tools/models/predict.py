"""`models.predict`: every row of a dataset with a model's prediction, as a new version."""

import functools
from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.analysis.models.task import Drift, Predicted
from morello.analysis.models.workshop import Workshop
from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import Lineage, PinnedVersion
from morello.data.ingest.arrival import Arrival, Coming, Report
from morello.data.ingest.task import Imported
from morello.data.models.model import ModelVersion
from morello.data.models.shelf import Shelf
from morello.kernel.context import Context, Progress
from morello.kernel.errors import InvalidInput
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.tool import Route, Uses, tool
from morello.kernel.values import DataRef, is_dataset_name

REFERENCE_LENGTH_MAX = NAME_LENGTH_MAX + 65


class PredictRequest(BaseModel):
    """Which model on which rows."""

    model: str = Field(
        max_length=REFERENCE_LENGTH_MAX,
        description="Model, such as `waiting` or `waiting@<version>`.",
    )
    data: DataRef = Field(description="Dataset whose rows to predict; it has the model's columns.")
    into: str | None = Field(
        default=None,
        max_length=NAME_LENGTH_MAX,
        description="Dataset the rows become; `<data> predicted` when left out.",
    )


class Prediction(BaseModel):
    """The rows with their predictions, and what to mind."""

    dataset: str = Field(description="Name of the dataset.")
    version: str = Field(description="Id of the version that holds the rows.")
    rows: int = Field(description="Rows it has.")
    columns: list[str] = Field(description="Columns that were added.")
    model: str = Field(description="Name of the model.")
    model_version: str = Field(description="Id of the model's version.")
    drifts: list[Drift] = Field(
        description="Columns that differ from what the model learned from; trust it less there."
    )


@tool(
    "models.predict",
    title={
        "en": "Predict every row of a dataset with a model.",
        "ko": "모델로 데이터셋의 모든 행을 예측합니다.",
    },
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    route=Route("POST", "/api/v1/models/{model}/predictions"),
    uses=lambda request: Uses(data=(request.data,)),
    example={"model": "waiting", "data": "orders", "into": "orders with waiting"},
    timeout_s=None,
)
async def predict(  # noqa: PLR0913, PLR0917 - each is a part that it stands on
    request: PredictRequest,
    context: Context,
    workshop: Workshop,
    shelf: Shelf,
    catalog: Catalog,
    lake: Lake,
    quotas: Quotas,
) -> AsyncIterator[Progress | Prediction]:
    """Score in chunks in a worker process; a name that is there already gets a new version."""
    into = request.into or f"{request.data.dataset} predicted"
    if not is_dataset_name(into) or into == request.data.dataset:
        raise InvalidInput("model_into", name=into)
    pinned = context.pin(request.data)
    assert isinstance(pinned, PinnedVersion), "the data floor pins versions"
    model = await shelf.find(context.principal, request.model)
    content = await shelf.content(model)
    work = functools.partial(workshop.predict, pinned, content, cancellation=context.cancellation)
    found: list[Predicted] = []

    async def write(report: Report) -> Imported:
        found.append(await work(report=report))
        return found[0].imported

    arrival = Arrival(catalog, lake, context, quotas)
    coming = Coming(into, write, lambda made: _lineage(made, model, pinned))
    dataset, newest = await arrival.newest(into)
    context.disclosures.update(model=model.name, model_version=model.digest)
    async for update in arrival.take(coming, dataset, newest):
        if isinstance(update, Progress):
            yield update
            continue
        yield Prediction(
            dataset=update.dataset.name,
            version=update.version.id,
            rows=update.version.rows,
            columns=found[0].columns,
            model=model.name,
            model_version=model.digest,
            drifts=found[0].drifts,
        )


def _lineage(made: Imported, model: ModelVersion, pinned: PinnedVersion) -> Lineage:
    """Say that rows come from a version and a model, under the rules of who asked."""
    return Lineage(
        how="predict",
        source=model.name,
        parents=(pinned.version, model.digest),
        rows_read=made.rows_read,
        dialect={"dataset": pinned.dataset, "model": model.name, "model_version": model.digest},
        rules_fingerprint=pinned.rules.fingerprint,
    )
