"""Prepares a query tree to run: checks it, rewrites the rules into it, renders it."""

from collections.abc import Mapping

from sqlglot import exp

from morello.data.catalog.version import PinnedVersion
from morello.data.engine import sandbox
from morello.data.engine.plan import Plan, Source, inside
from morello.data.engine.query import tables, to_sql
from morello.data.policy import rewrite


def prepare(
    tree: exp.Query,
    pinned: Mapping[str, PinnedVersion],
    *,
    rows_max: int | None = None,
    trusted: bool = False,
) -> Plan:
    """Return the plan of a query over pinned versions, by the names it uses.

    With `rows_max`, a query without a limit gets one that is a row larger, to tell whether there
    were more. A `trusted` query is our own: it is not held against the allow-list, and the rules
    apply all the same. Raises BadQuery, NotFound (a dataset), Forbidden (no column left).
    """
    if not trusted:
        sandbox.check(tree)
    rewritten = rewrite.apply(tree, pinned)
    if rows_max is not None and not rewritten.args.get("limit"):
        rewritten.set("limit", exp.Limit(expression=exp.Literal.number(rows_max + 1)))
    used = {name: pinned[name] for name in sorted(tables(tree))}
    return Plan(
        sql=to_sql(rewritten),
        sources=tuple(_source(name, version) for name, version in used.items()),
        visible=tuple(
            column.name for version in used.values() for column in rewrite.visible_columns(version)
        ),
        is_guarded=any(rewrite.is_guarded(version.rules) for version in used.values()),
    )


def _source(name: str, version: PinnedVersion) -> Source:
    return Source(
        name=name,
        columns=tuple(column.name for column in version.columns),
        files=tuple(inside(version.folder, path) for path in version.files),
        key=version.key,
        part=version.part,
    )
