"""What the corridor costs: a call through the pipeline beside the bare function.

Everything is real (in-memory ledger with its signatures, rate limiter, digests); the tool adds two
numbers. Prints and writes `results/pipeline_overhead.json`.

    python benchmarks/pipeline_overhead.py
"""

import asyncio
import json
import statistics
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from morello.app import build
from morello.kernel.caller import Call
from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.kernel.registry import Listed, Registry
from morello.kernel.settings import Settings
from morello.kernel.tool import Tool, tool

CALLS = 2_000
ROUNDS = 7


class Numbers(BaseModel):
    """Two numbers, or their sum in the first."""

    a: int
    b: int = 0


@tool(
    "bench.add",
    title={"en": "Add.", "ko": "더합니다."},
    permission=Permission.VERIFY,
    example={"a": 1, "b": 2},
)
async def add(request: Numbers, context: Context) -> Numbers:
    """Add two numbers."""
    context.cancellation.check()
    return Numbers(a=request.a + request.b)


class One:
    """Provides the tool above."""

    def listed(self, organization_id: uuid.UUID) -> list[Listed]:  # noqa: ARG002 - the port
        """Name nothing: nobody lists here."""
        return []

    def find(self, name: str, organization_id: uuid.UUID) -> Tool | None:  # noqa: ARG002 - the port
        """Return the tool."""
        return add if name == add.name else None


async def measure() -> dict[str, Any]:
    """Return microseconds per call, bare and through the corridor, median of rounds."""
    with tempfile.TemporaryDirectory() as home:
        app = build(Settings(home=Path(home), rate_per_s=10_000_000))
        object.__setattr__(app.caller, "registry", Registry([One()]))
        context: Any = Context(
            call_id=uuid.UUID(int=1), principal=LOCAL_PRINCIPAL, tool=add.name, caller=app.caller
        )
        bare, corridor = [], []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            for number in range(CALLS):
                await add.run(Numbers(a=number, b=1), context)
            middle = time.perf_counter()
            for number in range(CALLS):
                call = Call(tool=add.name, given={"a": number, "b": 1}, principal=LOCAL_PRINCIPAL)
                await app.caller.call(call)
            end = time.perf_counter()
            bare.append((middle - start) / CALLS * 1e6)
            corridor.append((end - middle) / CALLS * 1e6)
        await app.close()
    return {
        "calls": CALLS * ROUNDS,
        "bare_us": round(statistics.median(bare), 2),
        "corridor_us": round(statistics.median(corridor), 1),
        "overhead_us": round(statistics.median(corridor) - statistics.median(bare), 1),
        "goal_us": 200,
    }


if __name__ == "__main__":
    result = asyncio.run(measure())
    path = Path(__file__).parent / "results" / "pipeline_overhead.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))
