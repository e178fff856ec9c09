"""`data.import`: a file becomes the newest version of a dataset."""

from collections.abc import AsyncIterator
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel, Field

from morello.data.catalog.catalog import Catalog
from morello.data.catalog.lake import Lake
from morello.data.catalog.version import Rejected
from morello.data.ingest.formats.source import Options
from morello.data.ingest.importer import Importer
from morello.data.ingest.intake import Intake, Taken
from morello.kernel.context import Context, Progress
from morello.kernel.errors import InvalidInput
from morello.kernel.limits import NAME_LENGTH_MAX
from morello.kernel.messages import Message
from morello.kernel.permission import Permission
from morello.kernel.principal import Effect
from morello.kernel.protocols.quotas import Quotas
from morello.kernel.tool import Route, tool
from morello.kernel.values import Blob, Column, is_dataset_name

_REJECTED_SHOWN_MAX = 20
_PACKED = {".gz", ".gzip", ".zst", ".zstd"}


class ImportRequest(BaseModel):
    """A file, and how to read it where that should not be found out."""

    file: Blob = Field(description="CSV, TSV, JSON, NDJSON, Parquet or Excel; plain, gzip or zstd.")
    name: str | None = Field(
        default=None,
        max_length=NAME_LENGTH_MAX,
        description="Name of the dataset; the file's name when left out.",
    )
    delimiter: str | None = Field(
        default=None, max_length=1, description="Character between fields; found out if left out."
    )
    encoding: str | None = Field(
        default=None, max_length=40, description="Encoding, such as cp949; found out if left out."
    )
    sheet: str | None = Field(
        default=None, max_length=NAME_LENGTH_MAX, description="Sheet of a workbook; else the first."
    )
    header_row: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="Line of the column names; 0: there is none; found out if left out.",
    )


class Import(BaseModel):
    """What was read, and what could not be."""

    dataset: str = Field(description="Name of the dataset.")
    version: str = Field(description="Id of the version: a keyed digest of its rows.")
    rows: int = Field(description="Rows the version has.")
    rows_read: int = Field(description="Rows taken from the file.")
    rows_rejected: int = Field(description="Rows of the file that could not be taken.")
    columns: list[Column] = Field(description="Columns, in order.")
    rejected: list[Rejected] = Field(description="The first rejected rows, each with its reason.")
    notes: list[Message] = Field(description="What a reader should know of how it was read.")
    dialect: dict[str, Any] = Field(description="How the file was understood.")
    source_sha256: str = Field(description="SHA-256 of the file as it came.")

    @classmethod
    def of(cls, taken: Taken) -> "Import":
        """Tell of a file that was taken."""
        imported = taken.imported
        return cls(
            dataset=taken.dataset.name,
            version=taken.version.id,
            rows=taken.version.rows,
            rows_read=imported.rows_read,
            rows_rejected=imported.rows_rejected,
            columns=list(imported.columns),
            rejected=list(imported.rejected[:_REJECTED_SHOWN_MAX]),
            notes=list(imported.notes),
            dialect=imported.dialect,
            source_sha256=imported.source_sha256,
        )


@tool(
    "data.import",
    title={"en": "Import a file as a dataset.", "ko": "파일을 데이터셋으로 가져옵니다."},
    permission=Permission.WRITE_DATA,
    effect=Effect.WRITES,
    route=Route("POST", "/api/v1/datasets"),
    example={
        "file": {"name": "tiny.csv", "text": "city,visitors\nSeoul,120\nBusan,80\nJeju,45\n"},
        "name": "tiny",
    },
    timeout_s=None,
)
async def import_(
    request: ImportRequest,
    context: Context,
    catalog: Catalog,
    lake: Lake,
    importer: Importer,
    quotas: Quotas,
) -> AsyncIterator[Progress | Import]:
    """Read the file in a worker process; a name that is there already gets a new version."""
    name = request.name or dataset_name(request.file.name)
    if not is_dataset_name(name):
        raise InvalidInput("dataset_name", name=name)
    options = Options(**request.model_dump(include=set(Options.model_fields)))
    intake = Intake(catalog, lake, importer, context, quotas)
    async for update in intake.bring(request.file, name, options):
        yield Import.of(update) if isinstance(update, Taken) else update


def dataset_name(file: str) -> str:
    """Return the name a dataset gets from a file's: `Sales (1).csv.gz` gives `Sales 1`."""
    path = PurePath(file)
    if path.suffix.lower() in _PACKED:
        path = path.with_suffix("")
    kept = "".join(each if each.isalnum() or each in " _-." else " " for each in path.stem)
    name = " ".join(kept.split())
    return name if is_dataset_name(name) else f"data {name}".strip()[:NAME_LENGTH_MAX]
