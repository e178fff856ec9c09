from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from morello.data.catalog.version import PinnedVersion
from morello.data.engine.answer import open_plan
from morello.data.engine.duckdb_reader import DuckReader
from morello.data.engine.prepare import prepare
from morello.data.engine.query import parse
from morello.data.policy.rules import Rules
from morello.kernel.errors import MorelloError

CANARY = "canary"
"""Only hidden rows hold it, in the column `salary`; nothing a caller gets may."""

ONLY_KR = Rules(row_filter="lower(region) = 'kr'")
NO_SALARY = Rules(hidden_columns=frozenset({"SALARY"}))
MASKED = Rules(masked_columns=frozenset({"Salary"}))

LEAKS = [
    "SELECT * FROM {t}",
    "SELECT salary FROM {t}",
    'SELECT "SALARY" FROM {t}',
    "SELECT t.salary FROM {t} t",
    "SELECT {t}.salary FROM {t}",
    "SELECT data.{t}.salary FROM {t}",
    "SELECT t FROM {t} t",
    "SELECT t.* FROM {t} t",
    "SELECT struct_pack(x := t) FROM {t} t",
    "SELECT to_json(t) FROM {t} t",
    "SELECT row_to_json(t) FROM {t} t",
    "SELECT list(t) FROM {t} t",
    "SELECT max(t) FROM {t} t",
    "SELECT any_value(COLUMNS(*)) FROM {t}",
    "SELECT COLUMNS('sal.*') FROM {t}",
    "SELECT COLUMNS(c -> c ILIKE 'SAL%') FROM {t}",
    "SELECT * EXCLUDE (id) FROM {t}",
    "SELECT * REPLACE (1 AS salary) FROM {t}",
    "SELECT * REPLACE (salary AS name) FROM {t}",
    "SELECT 1 FROM {t} ORDER BY salary",
    "SELECT first(salary ORDER BY salary DESC) FROM {t}",
    "SELECT salary, count(*) FROM {t} GROUP BY ALL",
    "SELECT count(*) FROM {t} GROUP BY salary",
    "SELECT DISTINCT ON (salary) * FROM {t}",
    "SELECT lag(salary) OVER (ORDER BY id) FROM {t}",
    "SELECT 1 FROM {t} QUALIFY max(salary) OVER () > ''",
    "SELECT string_agg(salary, ';') FROM {t}",
    "SELECT histogram(salary) FROM {t}",
    "SELECT arg_max(salary, id) FROM {t}",
    "SELECT a.salary FROM {t} a JOIN {t} b USING (salary)",
    "SELECT * FROM {t} a NATURAL JOIN {t} b",
    "SELECT * FROM {t} a POSITIONAL JOIN {t} b",
    "SELECT * FROM {t} a ASOF JOIN {t} b ON a.id >= b.id",
    "SELECT * FROM {t} a FULL JOIN {t} b ON false",
    "SELECT * FROM {t}, LATERAL (SELECT salary) x",
    "SELECT * FROM {t} a, LATERAL (SELECT a.salary AS s) x",
    "SELECT (SELECT max(salary) FROM {t})",
    "SELECT * FROM (VALUES ((SELECT max(salary) FROM {t})))",
    "SELECT unnest((SELECT list(salary) FROM {t}))",
    "SELECT [s FOR s IN (SELECT list(salary) FROM {t})]",
    "SELECT list_transform((SELECT list(salary) FROM {t}), x -> x || '!')",
    "SELECT * FROM {t} UNION ALL SELECT * FROM {t}",
    "SELECT id, salary FROM {t} UNION ALL BY NAME SELECT salary FROM {t}",
    "WITH {t} AS (SELECT * FROM {t}) SELECT * FROM {t}",
    "WITH x AS (SELECT salary AS y FROM {t}) SELECT y FROM x",
    "WITH x AS MATERIALIZED (FROM {t}) SELECT * FROM x",
    "WITH x(a, b, c, d) AS (FROM {t}) SELECT d FROM x",
    "SELECT d FROM {t} AS x(a, b, c, d)",
    "SELECT x.d FROM (SELECT * FROM {t}) x(a, b, c, d)",
    "SELECT salary::integer FROM {t}",
    "SELECT sum(salary::integer) FROM {t}",
    "SELECT count(*) FROM {t} WHERE salary::integer > 0",
    "SELECT count(*) FROM {t} WHERE region = 'us' AND salary::integer > 0",
    "SELECT count(*) FROM {t} WHERE CASE WHEN salary LIKE 'c%' THEN salary::integer = 1 END",
    "SELECT CAST(salary AS date) FROM {t} LIMIT 1",
    "SELECT date_trunc(salary, joined) FROM {t}",
    "SELECT strptime('x', salary) FROM {t}",
    "SELECT (id || salary)::integer FROM {t}",
    "SELECT regexp_matches('x', salary || '(') FROM {t}",
    "SELECT json(salary) FROM {t}",
    "SELECT MAP {{salary: 1}} FROM {t}",
    "SELECT * FROM {t} WHERE salary ~ salary || '['",
    "SELECT printf(salary || '%d', 1) FROM {t}",
    "SELECT #4 FROM {t}",
    "SELECT 1 FROM {t} ORDER BY 4",
    "SELECT rowid, * FROM {t}",
    "SELECT file_row_number, filename FROM {t}",
    "SELECT x.salary FROM {t} x WHERE x.salary > (SELECT min(salary) FROM {t})",
    "SELECT 1 FROM {t} WHERE salary IN (SELECT salary FROM {t}) HAVING max(salary) > 'a'",
]


@pytest.fixture(scope="module")
def reader() -> DuckReader:
    return DuckReader(memory_max_bytes=256 << 20)


async def everything_said(reader: DuckReader, sql: str, version: PinnedVersion) -> str:
    """All that a caller learns: the rows, or the error in words."""
    try:
        answer = await reader.query(parse(sql), {"people": version})
    except MorelloError as error:
        return error.in_words() + repr(error.message.parameters)
    return repr(answer.table.to_pydict()) + repr(answer.table.schema)


@pytest.mark.parametrize("sql", [sql.format(t="people") for sql in LEAKS])
@pytest.mark.parametrize("rules", [ONLY_KR, NO_SALARY, MASKED], ids=["rows", "hidden", "masked"])
async def test_what_is_hidden_is_never_said(
    reader: DuckReader, ruled: Callable[[Rules], PinnedVersion], rules: Rules, sql: str
) -> None:
    assert CANARY not in await everything_said(reader, sql, ruled(rules))


async def test_the_canary_sings_without_rules(
    reader: DuckReader, ruled: Callable[[Rules], PinnedVersion]
) -> None:
    said = [
        await everything_said(reader, sql.format(t="people"), ruled(Rules())) for sql in LEAKS[:2]
    ]
    assert all(CANARY in each for each in said)
    failing = await everything_said(reader, "SELECT salary::int FROM people", ruled(Rules()))
    assert CANARY in failing


@pytest.mark.parametrize(
    "condition",
    [
        "salary::integer >= 0",
        "(salary || '')::integer >= 0",
        "CASE WHEN salary LIKE 'canary7%' THEN (salary)::integer = 1 ELSE true END",
        "list_transform([salary], x -> x::integer)[1] >= 0",
    ],
)
async def test_an_error_does_not_tell_of_hidden_rows(
    reader: DuckReader, ruled: Callable[[Rules], PinnedVersion], condition: str
) -> None:
    """Not even whether there is one: a condition that fails on hidden rows alone never fails."""
    sql = f"SELECT count(*) AS n FROM people WHERE {condition}"  # noqa: S608 - ours, above
    answer = await reader.query(parse(sql), {"people": ruled(ONLY_KR)})
    assert answer.table.to_pylist() == [{"n": 500}]


def test_conditions_run_above_the_rule(ruled: Callable[[Rules], PinnedVersion]) -> None:
    """Not beside it, where the engine could choose the order."""
    plan = prepare(parse("FROM people WHERE id = 71"), {"people": ruled(ONLY_KR)})
    with open_plan(plan, threads=1, memory_max_bytes=1 << 28) as connection:
        explained = connection.execute(f"EXPLAIN {plan.sql}").fetchall()[0][1]
    parts = ("(id = 71)", "LIMIT", "lower(region)")
    assert [*parts] == sorted(parts, key=explained.index), explained


async def test_rules_of_each_dataset_are_its_own(
    reader: DuckReader, ruled: Callable[[Rules], PinnedVersion], items: PinnedVersion
) -> None:
    answer = await reader.query(
        parse("SELECT count(*) AS n FROM items JOIN people USING (id)"),
        {"people": ruled(ONLY_KR), "items": items},
    )
    assert answer.table.to_pylist() == [{"n": 50}]


SOURCES = st.recursive(
    st.sampled_from(["people", '"people"', "people AS p", "people x(a, b, c, d, e, f, g)"]),
    lambda inner: st.one_of(
        inner.map("(SELECT * FROM {})".format),
        inner.map("(FROM {} ORDER BY ALL LIMIT 3)".format),
        inner.map("(WITH people AS (SELECT * FROM {}) SELECT * FROM people)".format),
        inner.map("(WITH q AS MATERIALIZED (SELECT * FROM {}) SELECT * FROM q)".format),
        inner.map("(SELECT COLUMNS(*) FROM {})".format),
        inner.map("(SELECT DISTINCT * FROM {})".format),
        st.tuples(inner, inner).map(lambda two: "(FROM {} UNION ALL FROM {})".format(*two)),
        st.tuples(inner, inner).map(lambda two: "(FROM {} LIMIT 5), {} AS z".format(*two)),
    ),
    max_leaves=4,
)
SHOWN = st.sampled_from(
    ["*", "COLUMNS(*)", "max(COLUMNS(*))", "salary", "d", "count(*), min(salary)", "to_json(p)"]
)


@pytest.mark.slow
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(source=SOURCES, shown=SHOWN, rules=st.sampled_from([ONLY_KR, NO_SALARY, MASKED]))
async def test_no_way_of_saying_it_gets_around_the_rules(
    reader: DuckReader,
    ruled: Callable[[Rules], PinnedVersion],
    source: str,
    shown: str,
    rules: Rules,
) -> None:
    sql = f"SELECT {shown} FROM {source}"  # noqa: S608 - this is what is tried
    assert CANARY not in await everything_said(reader, sql, ruled(rules))
