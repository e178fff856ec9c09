import dataclasses

import pytest

from morello.data.engine.query import parse, to_sql
from morello.data.policy.rewrite import apply, is_guarded, visible_columns
from morello.data.policy.rules import Rules
from morello.kernel.errors import Fault, Forbidden, NotFound
from morello.kernel.values import Column


@dataclasses.dataclass(frozen=True)
class Dataset:
    rules: Rules
    columns: tuple[Column, ...] = (
        Column(name="id", type="int64"),
        Column(name="region", type="string"),
        Column(name="Salary", type="int64"),
    )


OPEN = Dataset(Rules())
ROWS = Dataset(Rules(row_filter="region = 'kr'"))
HIDDEN = Dataset(Rules(hidden_columns=frozenset({"salary"})))
MASKED = Dataset(Rules(masked_columns=frozenset({"SALARY"})))
ALL = Dataset(
    Rules(
        row_filter="region = 'kr' OR id = 1",
        hidden_columns=frozenset({"Salary"}),
        masked_columns=frozenset({"region"}),
    )
)


def rewritten(sql: str, **datasets: Dataset) -> str:
    return to_sql(apply(parse(sql), datasets))


def test_without_rules_only_the_schema_is_named() -> None:
    assert rewritten("SELECT * FROM t", t=OPEN) == 'SELECT * FROM "data"."t" AS "t"'
    assert rewritten("SELECT x.id FROM t x", t=OPEN) == 'SELECT "x"."id" FROM "data"."t" AS "x"'


def test_hidden_rows_are_filtered_before_anything_else_runs() -> None:
    assert rewritten("SELECT * FROM t", t=ROWS) == (
        'SELECT * FROM (SELECT "id", "region", "Salary" FROM "data"."t"'
        ' WHERE ("region" = \'kr\') OFFSET 0) AS "t"'
    )


def test_hidden_columns_are_gone_and_masked_ones_empty() -> None:
    assert rewritten("FROM t", t=HIDDEN) == (
        'SELECT * FROM (SELECT "id", "region" FROM "data"."t") AS "t"'
    )
    assert rewritten("FROM t", t=MASKED) == (
        'SELECT * FROM (SELECT "id", "region", CASE WHEN FALSE THEN "Salary" END AS "Salary"'
        ' FROM "data"."t") AS "t"'
    )


def test_a_condition_stays_whole() -> None:
    assert 'WHERE ("region" = \'kr\' OR "id" = 1) OFFSET 0' in rewritten("FROM t", t=ALL)


@pytest.mark.parametrize(
    ("sql", "places"),
    [
        ("SELECT * FROM t", 1),
        ('SELECT * FROM "t"', 1),
        ("SELECT t.* FROM t AS t", 1),
        ("SELECT a.id FROM t a JOIN t b USING (id)", 2),
        ("SELECT * FROM t NATURAL JOIN t u", 2),
        ("SELECT * FROM t UNION ALL SELECT * FROM t EXCEPT SELECT * FROM t", 3),
        ("SELECT (SELECT max(id) FROM t) FROM t WHERE id IN (SELECT id FROM t)", 3),
        ("SELECT * FROM t, LATERAL (SELECT * FROM t u WHERE u.id = t.id) v", 2),
        ("WITH t AS (SELECT * FROM t) SELECT * FROM t", 1),
        ("WITH T AS (SELECT * FROM t) SELECT * FROM t", 1),
        ("WITH a AS (SELECT * FROM t), b AS (SELECT * FROM a, t) SELECT * FROM a, b, t", 3),
        ("SELECT * FROM (WITH t AS (SELECT 1) SELECT * FROM t) x, t", 1),
        ("SELECT COLUMNS(*) FROM t", 1),
        ("SELECT t FROM t", 1),
        ("SELECT x FROM t x", 1),
        ("FROM (t JOIN t u USING (id))", 2),
        ("FROM (FROM (FROM t))", 1),
        ("SELECT * FROM t ORDER BY (SELECT max(id) FROM t) LIMIT (SELECT 1 FROM t)", 3),
        ("SELECT list_transform([1], x -> (SELECT max(id) FROM t))", 1),
        ("SELECT sum(id) OVER (ORDER BY (SELECT max(id) FROM t)) FROM t", 2),
        ("SELECT CASE WHEN EXISTS (FROM t) THEN 1 END", 1),
        ("SELECT * REPLACE ((SELECT max(id) FROM t) AS id) FROM t", 2),
        ("SELECT * FROM (VALUES ((SELECT max(id) FROM t))) v", 1),
        ("SELECT * FROM t AS u(a, b)", 1),
        ("SELECT 1 FROM unnest((SELECT list(id) FROM t))", 1),
    ],
)
def test_rules_apply_wherever_a_dataset_is_named(sql: str, places: int) -> None:
    given = rewritten(sql, t=ALL)
    assert given.count('FROM "data"."t" WHERE') == places
    assert given.count('"data"') == places
    assert "Salary" not in given


def test_what_stands_beside_a_dataset_stays() -> None:
    assert rewritten("FROM (t JOIN u USING (id))", t=OPEN, u=HIDDEN) == (
        'SELECT * FROM ("data"."t" AS "t" JOIN (SELECT "id", "region" FROM "data"."u") AS "u"'
        ' USING ("id"))'
    )
    assert rewritten("SELECT a FROM t AS u(a, b, c)", t=OPEN).endswith('AS "u"("a", "b", "c")')


def test_the_tree_that_was_given_stays_as_it_is() -> None:
    tree = parse("SELECT * FROM t")
    apply(tree, {"t": ALL})
    assert to_sql(tree) == 'SELECT * FROM "t"'


@pytest.mark.parametrize("name", ["duckdb_tables", "sqlite_master", "pg_class", "T", "/etc/passwd"])
def test_a_name_that_is_no_dataset_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        rewritten(f'SELECT * FROM "{name}"', t=OPEN)  # noqa: S608 - this is what is tried


@pytest.mark.parametrize(
    "broken", ["region =", "1 = 1; SELECT 2", "id IN (SELECT 1)", "true) OR (1"]
)
def test_a_broken_rule_shows_nothing(broken: str) -> None:
    with pytest.raises(Fault):
        rewritten("FROM t", t=Dataset(Rules(row_filter=broken)))


def test_nothing_is_left_when_all_is_hidden() -> None:
    with pytest.raises(Forbidden):
        rewritten("FROM t", t=Dataset(Rules(hidden_columns=frozenset({"ID", "Region", "salary"}))))


def test_what_is_visible_is_known() -> None:
    assert [column.name for column in visible_columns(HIDDEN)] == ["id", "region"]
    assert not is_guarded(OPEN.rules)
    assert all(is_guarded(each.rules) for each in (ROWS, HIDDEN, MASKED))
