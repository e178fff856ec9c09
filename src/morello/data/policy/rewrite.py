"""Rewrites row and column rules into a query tree, wherever it names a dataset."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlglot import exp

from morello.data.engine.plan import SCHEMA
from morello.data.engine.query import parse_condition, references
from morello.data.policy.rules import Rules
from morello.kernel.errors import Fault, Forbidden, InvalidInput, NotFound
from morello.kernel.values import Column


class Ruled(Protocol):
    """A dataset with the rules that apply to a caller."""

    @property
    def columns(self) -> Sequence[Column]:
        """Every column, hidden ones too."""
        ...

    @property
    def rules(self) -> Rules:
        """What the caller may see."""
        ...


def apply(tree: exp.Query, datasets: Mapping[str, Ruled]) -> exp.Query:
    """Return a copy of the tree that sees only what the rules show.

    Raises NotFound for a name that is no dataset, Forbidden when no column is left, and Fault when
    a rule itself is broken: then nothing is shown.
    """
    rewritten = tree.copy()
    for table in list(references(rewritten)):
        dataset = datasets.get(table.name)
        if dataset is None:
            raise NotFound("dataset", name=table.name)
        source = _visible(table.name, dataset)
        alias = table.args.get("alias") or exp.TableAlias(this=_name(table.name))
        seen = exp.Subquery(this=source) if isinstance(source, exp.Select) else source
        seen.set("alias", alias)
        seen.set("joins", table.args.get("joins"))
        table.replace(seen)
    return rewritten


def visible_columns(dataset: Ruled) -> list[Column]:
    """Return the columns that exist for the caller."""
    hidden = {name.casefold() for name in dataset.rules.hidden_columns}
    return [column for column in dataset.columns if column.name.casefold() not in hidden]


def is_guarded(rules: Rules) -> bool:
    """Tell whether the rules hide anything."""
    return bool(rules.row_filter or rules.hidden_columns or rules.masked_columns)


def _visible(name: str, dataset: Ruled) -> exp.Table | exp.Select:
    rules = dataset.rules
    table = exp.Table(this=_name(name), db=_name(SCHEMA))
    if not is_guarded(rules):
        return table
    masked = {each.casefold() for each in rules.masked_columns}
    columns = [
        _mask(column.name) if column.name.casefold() in masked else _column(column.name)
        for column in visible_columns(dataset)
    ]
    if not columns:
        raise Forbidden("columns", name=name)
    select = exp.select(*columns).from_(table)
    if rules.row_filter:
        select = select.where(exp.Paren(this=_condition(name, rules.row_filter)))
        # OFFSET keeps the engine from running the query's own conditions on hidden rows, where an
        # error would tell of them. DuckDB holds back those it knows can fail; this does not rest
        # on its knowing. It costs lookups their index: 0.4 s in 10 million rows, sums 13 % more.
        select = select.offset(0)
    return select


def _condition(name: str, row_filter: str) -> exp.Expr:
    try:
        return parse_condition(row_filter)
    except InvalidInput as error:
        raise Fault("row_rule", name=name) from error


def _mask(name: str) -> exp.Expr:
    """Return a NULL of the column's own type, under its name."""
    hidden = exp.Case(ifs=[exp.If(this=exp.false(), true=_column(name))])
    return exp.alias_(hidden, _name(name))


def _column(name: str) -> exp.Column:
    return exp.Column(this=_name(name))


def _name(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)
