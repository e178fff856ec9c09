"""`data.plan`: how a file would be imported, or a dataset analysed, before it is done."""

import asyncio
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from morello.analysis.profiling.load import load_of
from morello.data.catalog.version import PinnedVersion
from morello.data.ingest.formats.source import Options
from morello.data.ingest.importer import Importer
from morello.data.ingest.plan import CHUNK_ROWS_MAX, Load, Machine, Plan, plan
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.settings import Settings
from morello.kernel.tool import Uses, tool
from morello.kernel.values import Blob, DataRef


class PlanRequest(BaseModel):
    """A file or a dataset, one of the two."""

    file: Blob | None = Field(default=None, description="File that might be imported.")
    data: DataRef | None = Field(default=None, description="Dataset that might be analysed.")
    chunk_rows: int | Literal["auto"] = Field(
        default="auto", description=f"Rows at a time: `auto`, or 1 to {CHUNK_ROWS_MAX}."
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.file is None) == (self.data is None):
            raise ValueError("give either a file or data")
        if isinstance(self.chunk_rows, int) and not 1 <= self.chunk_rows <= CHUNK_ROWS_MAX:
            raise ValueError(f"chunk_rows is `auto` or 1 to {CHUNK_ROWS_MAX}")
        return self


@tool(
    "data.plan",
    title={
        "en": "Plan an import or an analysis before it is done.",
        "ko": "가져오기나 분석을 실행하기 전에 계획을 보여줍니다.",
    },
    permission=Permission.READ_DATA,
    uses=lambda request: Uses(data=(request.data,) if request.data else ()),
    example={"data": "orders", "chunk_rows": "auto"},
)
async def plan_(
    request: PlanRequest, context: Context, importer: Importer, settings: Settings
) -> Plan:
    """Look at the size only: the beginning of a file, or what is known of a version."""
    if request.file is not None:
        look = await importer.look(
            request.file, options=Options(), cancellation=context.cancellation
        )
        load = Load(look.rows, look.columns, look.bytes, is_file=True)
    else:
        assert request.data is not None, "one of the two"
        pinned = context.pin(request.data)
        assert isinstance(pinned, PinnedVersion), "a dataset of ours"
        load = await asyncio.to_thread(load_of, pinned)
    chunk_rows = None if request.chunk_rows == "auto" else request.chunk_rows
    return plan(load, Machine.here(), chunk_rows=chunk_rows, workers=settings.workers)
