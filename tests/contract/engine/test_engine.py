import asyncio
import time
from collections.abc import Callable

import pytest

from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Engine
from morello.data.engine.query import parse
from morello.data.policy.rules import Rules
from morello.kernel.cancellation import Cancellation
from morello.kernel.errors import (
    BadQuery,
    Cancelled,
    MorelloError,
    NotFound,
    TimedOut,
    TooLarge,
    Unavailable,
)
from morello.kernel.values import Table

Make = Callable[..., PinnedVersion]

ENDLESS = (
    "SELECT count(*) FROM people a, people b, people c, people d WHERE a.id + b.id = -c.id - d.id"
)


async def rows(engine: Engine, sql: str, **pinned: PinnedVersion) -> list[list[object]]:
    answer = await engine.query(parse(sql), pinned)
    return Table.from_arrow(answer.table).rows


async def test_answers_a_question(engine: Engine, people: PinnedVersion) -> None:
    answer = await engine.query(
        parse("SELECT region, count(*) AS n, sum(id) AS total FROM people GROUP BY 1 ORDER BY 1"),
        {"people": people},
    )
    assert answer.table.to_pylist() == [
        {"region": "kr", "n": 500, "total": 249_500},
        {"region": "us", "n": 500, "total": 250_000},
    ]
    assert answer.table.schema.field("total").type == "int64"
    assert not answer.truncated
    assert '"data"."people"' in answer.sql


async def test_answers_without_a_dataset(engine: Engine) -> None:
    assert await rows(engine, "SELECT 1 + 1, 'a;b', range(3)") == [[2, "a;b", [0, 1, 2]]]


async def test_joins_datasets_under_different_keys(
    engine: Engine, people: PinnedVersion, items: PinnedVersion
) -> None:
    sql = "SELECT count(*), max(price) FROM people JOIN items USING (id)"
    assert await rows(engine, sql, people=people, items=items) == [[100, 990]]


async def test_reads_the_files_of_a_version_in_order(engine: Engine, make: Make) -> None:
    part = "SELECT {} * 5000 + i AS i FROM range(5000) t(i)"
    version = make("parts", *(part.format(number) for number in range(3)))
    given = await rows(engine, "SELECT i FROM parts", parts=version)
    assert given == [[i] for i in range(10_000)]


@pytest.mark.parametrize("name", ["my sales.2026", "매출", "Order-s", "select", "a b"])
async def test_names_of_every_kind(engine: Engine, make: Make, name: str) -> None:
    version = make("odd", 'SELECT 1 AS "a ""quoted"" one", 2 AS "합계;--", 3 AS "order"')
    sql = f'SELECT "합계;--", "order", "a ""quoted"" one" FROM "{name}"'  # noqa: S608 - this is tried
    assert await rows(engine, sql, **{name: version}) == [[2, 3, 1]]


async def test_more_rows_than_asked_for_are_cut(engine: Engine, people: PinnedVersion) -> None:
    for sql, more in (
        ("SELECT id FROM people ORDER BY id", True),
        ("SELECT id FROM people ORDER BY id LIMIT 10", False),
        ("SELECT id FROM people ORDER BY id LIMIT 11", True),
        ("SELECT id FROM people UNION ALL SELECT id FROM people ORDER BY id OFFSET 3", True),
        ("(SELECT id FROM people ORDER BY id)", True),
        ("WITH a AS (FROM people) SELECT id FROM a ORDER BY id", True),
    ):
        answer = await engine.query(parse(sql), {"people": people}, rows_max=10)
        assert answer.table.num_rows == 10, sql
        assert answer.truncated is more, sql


async def test_an_empty_answer_has_its_columns(engine: Engine, people: PinnedVersion) -> None:
    answer = await engine.query(parse("FROM people WHERE false"), {"people": people})
    assert answer.table.num_rows == 0
    assert answer.table.column_names == [column.name for column in people.columns]


async def test_values_of_every_kind_reach_a_table(engine: Engine) -> None:
    sql = """SELECT 1::tinyint, 9223372036854775807::hugeint * 4, 1.25::decimal(5, 2), 'x',
        NULL, true, DATE '2026-01-31', TIMESTAMP '2026-01-31 12:00:00', TIME '12:00:00',
        TIMESTAMPTZ '2026-01-31 12:00:00+09', INTERVAL 1 MONTH, [1, 2], {'a': {'b': 1}},
        MAP {'k': 1}, 'NaN'::double, '\\xAA'::blob, '{"a": 1}'::json, 'a'::varchar COLLATE nocase"""
    answer = await engine.query(parse(sql), {})
    assert Table.from_arrow(answer.table).model_dump_json()


@pytest.mark.parametrize(
    ("sql", "identifier", "words"),
    [
        ("SELECT regoin FROM people", "unknown_column", "region"),
        ("SELECT p.regoin FROM people p", "unknown_column", "region"),
        ("SELECT nothing_like_it FROM people p", "unknown_column_only", "nothing_like_it"),
        ("SELECT id + region FROM people", "meaning", "+(BIGINT, VARCHAR)"),
        ("SELECT id, count(*) FROM people", "meaning", "GROUP BY"),
        ("SELECT id FROM people p, people q", "meaning", "Ambiguous"),
        ("SELECT CAST(salary AS integer) FROM people", "value", "canary1"),
        ("SELECT strptime('x', '%Y')", "value", "x"),
        ("SELECT (SELECT id FROM people)", "value", "More than one row"),
        ("SELECT 9223372036854775807 + id FROM people", "value", "Overflow"),
        ("SELECT {'a': 1, 'A': 2}", "meaning", "Duplicate"),
        ("SELECT (1, 2)", "unnamed_fields", "name"),
        ("SELECT list_extract(1)", "meaning", "list_extract"),
    ],
)
async def test_a_mistake_is_explained(
    engine: Engine, people: PinnedVersion, sql: str, identifier: str, words: str
) -> None:
    with pytest.raises(BadQuery) as caught:
        await rows(engine, sql, people=people)
    assert caught.value.message.id == f"error.bad_query.{identifier}"
    assert words in caught.value.in_words()
    assert '"data"' not in caught.value.in_words()
    assert "parquet" not in caught.value.in_words()


async def test_a_dataset_that_is_not_pinned_is_not_found(
    engine: Engine, people: PinnedVersion
) -> None:
    for name in ("others", "People", "duckdb_tables", "sqlite_master"):
        with pytest.raises(NotFound):
            await rows(engine, f"SELECT * FROM {name}", people=people)  # noqa: S608 - this is tried


async def test_a_file_that_is_gone_or_damaged_is_not_the_callers_mistake(
    engine: Engine, make: Make
) -> None:
    version = make("damaged", "SELECT 1 AS x", folder="damaged")
    content = version.files[0].read_bytes()
    version.files[0].write_bytes(content[:-20] + bytes(20))
    with pytest.raises(MorelloError) as caught:
        await rows(engine, "FROM damaged", damaged=version)
    assert caught.value.status >= 500
    assert str(version.folder) not in caught.value.in_words()
    version.files[0].unlink()
    with pytest.raises(Unavailable):
        await rows(engine, "FROM damaged", damaged=version)


async def test_a_wrong_key_opens_nothing(engine: Engine, people: PinnedVersion) -> None:
    with pytest.raises(MorelloError) as caught:
        await rows(engine, "FROM people", people=people.model_copy(update={"key": bytes(32)}))
    assert caught.value.status >= 500


async def test_a_file_that_was_changed_is_not_believed(engine: Engine, make: Make) -> None:
    version = make("changed", "SELECT i FROM range(1000) t(i)", folder="changed")
    content = bytearray(version.files[0].read_bytes())
    content[200] ^= 1
    version.files[0].write_bytes(content)
    with pytest.raises(MorelloError):
        await rows(engine, "SELECT sum(i) FROM changed", changed=version)


async def test_what_takes_too_long_is_stopped(engine: Engine, people: PinnedVersion) -> None:
    started = time.monotonic()
    with pytest.raises(TimedOut):
        await engine.query(parse(ENDLESS), {"people": people}, timeout_s=0.5)
    assert time.monotonic() - started < 10
    assert await rows(engine, "SELECT 1") == [[1]]


async def test_what_is_cancelled_is_stopped(engine: Engine, people: PinnedVersion) -> None:
    cancellation = Cancellation()
    task = asyncio.create_task(
        engine.query(parse(ENDLESS), {"people": people}, cancellation=cancellation)
    )
    await asyncio.sleep(0.4)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        await asyncio.wait_for(task, 10)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT string_agg(repeat('x', 1000)) FROM people a, people b",
        "SELECT repeat(name, 100000) FROM people",
    ],
)
async def test_what_needs_too_much_memory_is_stopped(
    engine: Engine, people: PinnedVersion, sql: str
) -> None:
    with pytest.raises(TooLarge):
        await engine.query(parse(sql), {"people": people})
    assert await rows(engine, "SELECT 1") == [[1]]


async def test_questions_at_once_do_not_disturb_each_other(
    engine: Engine, people: PinnedVersion
) -> None:
    sql = "SELECT sum(id + {}) FROM people"
    given = await asyncio.gather(
        *(rows(engine, sql.format(number), people=people) for number in range(8))
    )
    assert given == [[[499_500 + 1000 * number]] for number in range(8)]


async def test_rules_apply(engine: Engine, ruled: Callable[[Rules], PinnedVersion]) -> None:
    version = ruled(
        Rules(
            row_filter="region = 'kr' AND id < 10",
            hidden_columns=frozenset({"Salary"}),
            masked_columns=frozenset({"NAME"}),
        )
    )
    answer = await engine.query(parse("SELECT * EXCLUDE (tags) FROM people"), {"people": version})
    assert answer.table.column_names == ["id", "name", "region", "score", "joined"]
    assert answer.table.column("id").to_pylist() == [0, 2, 4, 6, 8]
    assert set(answer.table.column("name").to_pylist()) == {None}
    assert "'kr'" in answer.sql
