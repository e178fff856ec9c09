"""`data.append`: a file's rows are added below those a dataset has."""

from collections.abc import AsyncIterator

from pydantic import BaseModel, Field

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import Rejected
from morello.data.ingest.formats.source import Options
from morello.data.ingest.importer import Importer
from morello.data.ingest.intake import Intake, Taken
from morello.kernel.context import Context, Progress
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.tool import Route, tool
from morello.kernel.values import Blob

_REJECTED_SHOWN_MAX = 20


class AppendRequest(BaseModel):
    """A dataset, and a file with the same columns."""

    data: str = Field(description="Name of the dataset.", max_length=NAME_LENGTH_MAX)
    file: Blob = Field(description="File with the dataset's columns, in any order.")


class Append(BaseModel):
    """The new version."""

    dataset: str = Field(description="Name of the dataset.")
    version: str = Field(description="Id of the new version.")
    rows: int = Field(description="Rows the new version has.")
    rows_read: int = Field(description="Rows taken from the file.")
    rows_rejected: int = Field(description="Rows of the file that could not be taken.")
    rejected: list[Rejected] = Field(description="The first rejected rows, each with its reason.")
    notes: list[Message] = Field(description="What a reader should know of how it was read.")
    source_sha256: str = Field(description="SHA-256 of the file as it came.")


@tool(
    "data.append",
    title={
        "en": "Add the rows of a file to a dataset.",
        "ko": "파일의 행들을 데이터셋에 덧붙입니다.",
    },
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    example={"data": "tiny", "file": {"name": "more.csv", "text": "city,visitors\nDaegu,70\n"}},
    route=Route("POST", "/api/v1/datasets/{data}/rows"),
    timeout_s=None,
)
async def append(
    request: AppendRequest,
    context: Context,
    catalog: Catalog,
    lake: Lake,
    importer: Importer,
    quotas: Quotas,
) -> AsyncIterator[Progress | Append]:
    """Add the rows as a new version; nothing is taken when a column differs."""
    intake = Intake(catalog, lake, importer, context, quotas)
    async for update in intake.bring(request.file, request.data, Options(), appends=True):
        if isinstance(update, Progress):
            yield update
            continue
        yield _told(update)


def _told(taken: Taken) -> Append:
    imported = taken.imported
    return Append(
        dataset=taken.dataset.name,
        version=taken.version.id,
        rows=taken.version.rows,
        rows_read=imported.rows_read,
        rows_rejected=imported.rows_rejected,
        rejected=list(imported.rejected[:_REJECTED_SHOWN_MAX]),
        notes=list(imported.notes),
        source_sha256=imported.source_sha256,
    )
