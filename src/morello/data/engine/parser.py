"""The parser that the resolve step uses; it loads the SQL library with the first query."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp


class SqlParser:
    """Parses DuckDB's dialect into the one query tree."""

    def parse(self, sql: str) -> "exp.Query":
        """Return the tree. Raises BadQuery."""
        from morello.data.engine import query  # noqa: PLC0415 - 0.1 s, for calls with SQL only

        return query.parse(sql)

    def tables(self, tree: "exp.Query") -> set[str]:
        """Return the names of the datasets it reads."""
        from morello.data.engine import query  # noqa: PLC0415 - the same

        return query.tables(tree)
