"""Resolve: once per call, look up what it touches; everything later reads it from the context."""

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel

from morello.data.catalog.version import PinnedVersion
from morello.kernel.context import Context
from morello.kernel.errors import InvalidInput
from morello.kernel.principal import Principal
from morello.kernel.tool import Tool
from morello.kernel.values import DataRef

if TYPE_CHECKING:  # a call without SQL needs no parser
    from sqlglot import exp

_DATASETS_MAX = 64


class Pinner(Protocol):
    """Fixes the version of a dataset for a caller."""

    async def pin(self, principal: Principal, ref: DataRef) -> PinnedVersion:
        """Return the version, with the rules for this caller. Raises NotFound."""
        ...


class Parser(Protocol):
    """Turns SQL into the one query tree."""

    def parse(self, sql: str) -> "exp.Query":
        """Return the tree. Raises BadQuery."""
        ...

    def tables(self, tree: "exp.Query") -> set[str]:
        """Return the names of the datasets it reads."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Resolver:
    """Pins versions and parses queries."""

    pinner: Pinner
    parser: Parser

    async def resolve(self, tool: Tool, request: BaseModel, context: Context) -> None:
        """Fill the context's `query`, `pinned` and `rules_fingerprint`.

        Raises BadQuery for SQL that does not parse, NotFound for a dataset that is not there.
        """
        uses = tool.uses(request)
        refs = list(uses.data)
        if uses.sql is not None:
            context.query = self.parser.parse(uses.sql)
            named = self.parser.tables(context.query)
            refs += [DataRef(dataset=name) for name in sorted(named)]
        if len(refs) > _DATASETS_MAX:
            raise InvalidInput("datasets", count=len(refs), datasets_max=_DATASETS_MAX)
        fingerprints: list[str] = []
        for ref in refs:
            pinned = await self.pinner.pin(context.principal, ref)
            context.pinned[ref] = pinned
            fingerprints.append(f"{pinned.dataset_id.hex}:{pinned.rules.fingerprint}")
        joined = "\0".join(sorted(fingerprints))
        context.rules_fingerprint = hashlib.sha256(joined.encode()).hexdigest()[:16]
