"""Trials: inputs drawn from a tool's schema, turned against another organization's things."""

import copy
import dataclasses
from typing import Any

import numpy as np

from morello.kernel.permission import Role
from morello.kernel.tool import Tool

from .canary import Nest

_HOSTILE = (
    "",
    " ",
    "\x00",
    "\udc80",
    "../../etc/passwd",
    "' or true --",
    "%",
    "*",
    "null",
    "orders@",
    "a" * 300,
    "가나다",
    "{{7*7}}",
    "-1",
)
_SQL = (
    "select * from {name}",
    'select * from "{id}"."{name}"',
    "select * from read_parquet('{id}/*.parquet')",
    "select * from '../{id}/x.parquet'",
    "select * from duckdb_secrets()",
    "select current_setting('app.current_company_id')",
    "with orders as (select * from {name}) select * from orders",
    "select count(*), min(city) from {name}",
)


@dataclasses.dataclass(frozen=True)
class Trial:
    """One try: who calls what, with what, at which door."""

    tool: Tool
    role: Role
    given: dict[str, Any]
    door: str
    idempotency_key: str | None
    approval: str | None
    company: str | None
    is_streamed: bool


class Draw:
    """Draws trials of one organization, always the same ones for the same seed."""

    def __init__(self, seed: int, here: Nest, there: Nest, doors: tuple[str, ...]) -> None:
        self._choose = np.random.default_rng(seed)
        self._here, self._there, self._doors = here, there, doors

    def trial(self, tools: list[Tool], roles: tuple[Role, ...]) -> Trial:
        """Draw one."""
        tool, role = self._one(tools), self._one(roles)
        key = self._one(self._there.ids["idempotency"]) if self._chance(0.1) else None
        if self._chance(0.1):  # the very call that was made before, by somebody else
            past = self._one((self._there if self._chance(0.8) else self._here).history)
            tool = next(each for each in tools if each.name == past.tool)
            given = dict(past.given)
            key = past.idempotency_key if self._chance(0.5) else None
        else:
            given = self._example(tool) if self._chance(0.6) else self._from(tool)
            for _ in range(int(self._choose.integers(0, 3))):
                self._mutate(given)
        return Trial(
            tool=tool,
            role=role,
            given=given,
            door=self._one(self._doors),
            idempotency_key=key,
            approval=self._one(self._there.ids["approval"]) if self._chance(0.1) else None,
            company=self._one(self._there.ids["organization"]) if self._chance(0.1) else None,
            is_streamed=self._chance(0.1),
        )

    def _example(self, tool: Tool) -> dict[str, Any]:
        """The example, with somebody's ids where it names things by id."""
        given = copy.deepcopy(tool.example)
        for name, value in given.items():
            if isinstance(value, str) and value.startswith("00000000-"):
                given[name] = self._identifier(name)
        return given

    def _from(self, tool: Tool) -> dict[str, Any]:
        schema = tool.input.model_json_schema()
        made = self._value(schema, "", schema.get("$defs", {}))
        return made if isinstance(made, dict) else {}

    def _mutate(self, given: dict[str, Any]) -> None:
        names = [*given, "organization_id", "company_id", "principal", "tenant"]
        name = self._one(names)
        match int(self._choose.integers(0, 6)):
            case 0:
                given[name] = self._foreign(name)
            case 1:
                given[name] = self._one(_HOSTILE)
            case 2:
                given.pop(name, None)
            case 3:
                given[name] = f"{self._foreign('dataset')}@{self._foreign('version')[:16]}"
            case 4:
                given[name] = self._one((None, -1, 10**18, 0.5, True, [], {}))
            case _:
                given[name] = self._text(name)

    def _value(self, schema: dict[str, Any], name: str, known: dict[str, Any]) -> Any:
        if "$ref" in schema:
            kind = schema["$ref"].rsplit("/", 1)[1]
            return self._special(kind) or self._value(known[kind], name, known)
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self._value(self._one(schema[several]), name, known)
        if "enum" in schema:
            return self._one(schema["enum"])
        return self._plain(schema, name, known)

    def _plain(self, schema: dict[str, Any], name: str, known: dict[str, Any]) -> Any:
        match schema.get("type"):
            case "string":
                is_id = schema.get("format") == "uuid"
                return self._identifier(name) if is_id else self._text(name)
            case "integer" | "number":
                return int(self._choose.integers(0, 50))
            case "boolean":
                return self._chance(0.5)
            case "array":
                items = schema.get("items", {})
                return [self._value(items, name, known) for _ in range(1 + self._chance(0.3))]
            case "object":
                return self._fields(schema, known)
        return schema.get("const")

    def _fields(self, schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
        required = schema.get("required", ())
        return {
            field: self._value(inner, field, known)
            for field, inner in schema.get("properties", {}).items()
            if field in required or self._chance(0.3)
        }

    def _special(self, kind: str) -> Any:
        if kind == "Blob":
            return {"name": "x.csv", "text": f"city,visitors\n{self._one(_HOSTILE[4:])},1\n"}
        if kind == "DataRef":
            return self._text("data")
        return None

    def _identifier(self, field: str) -> str:
        if self._chance(0.6):
            return self._foreign(field)
        own: list[str] = self._here.ids.get(field) or ["00000000-0000-7000-8000-0000000000aa"]
        return str(self._one(own[-50:]))

    def _foreign(self, field: str) -> str:
        """Return one of the other's ids: of the kind that the field asks for, mostly."""
        fitting = self._there.ids.get(field)
        if fitting and self._chance(0.8):
            return str(self._one(fitting[-50:]))
        kinds = sorted(self._there.ids)
        return str(self._one(self._there.ids[self._one(kinds)][-50:]))

    def _text(self, field: str) -> str:
        if field == "sql":
            name = self._foreign("dataset") if self._chance(0.5) else "orders"
            template: str = self._one(_SQL)
            return template.format(name=name, id=self._foreign("organization"))
        if self._chance(0.3):
            return str(self._one(_HOSTILE))
        if field in {"data", "name", "dataset"}:
            return "orders" if self._chance(0.5) else self._foreign("dataset")
        return self._foreign(field)

    def _chance(self, share: float) -> bool:
        return bool(self._choose.random() < share)

    def _one(self, among: Any) -> Any:
        return among[int(self._choose.integers(0, len(among)))]
