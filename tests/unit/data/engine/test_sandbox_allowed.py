import pytest

from morello.data.engine.query import parse, to_sql
from morello.data.engine.sandbox import DEPTH_MAX
from morello.kernel.errors import BadQuery

ALLOWED = [
    "SELECT * FROM orders",
    "FROM orders",
    "FROM orders SELECT branch",
    "SELECT branch, count(*) AS n FROM orders GROUP BY ALL ORDER BY ALL",
    "SELECT DISTINCT ON (branch) * EXCLUDE (id) REPLACE (total * 2 AS total) FROM orders",
    "SELECT COLUMNS('to.*'), COLUMNS(c -> c LIKE 'b%') FROM orders",
    "SELECT min(COLUMNS(*)) FROM orders",
    "WITH a AS (SELECT 1 AS x), b AS MATERIALIZED (SELECT * FROM a) SELECT * FROM b",
    "SELECT * FROM a JOIN b USING (id) LEFT JOIN c ON a.x = c.x CROSS JOIN d",
    "SELECT * FROM a NATURAL JOIN b SEMI JOIN c USING (id) ANTI JOIN d USING (id)",
    "SELECT * FROM a ASOF JOIN b ON a.id = b.id AND a.t >= b.t",
    "SELECT * FROM a, LATERAL (SELECT a.x + 1 AS y) b",
    "SELECT sum(x) FILTER (WHERE y > 1) OVER (ORDER BY t ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    "SELECT count(*) OVER (PARTITION BY z) FROM a QUALIFY row_number() OVER () < 5",
    "SELECT sum(x) OVER w, lag(x) OVER w FROM a WINDOW w AS (ORDER BY t)",
    "SELECT a, b, count(*) FROM t GROUP BY ROLLUP (a, b)",
    "SELECT a, b, count(*), grouping(a) FROM t GROUP BY GROUPING SETS ((a), (b), ())",
    "SELECT 1 UNION ALL BY NAME SELECT 2 INTERSECT SELECT 3 EXCEPT SELECT 4",
    "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(id, name)",
    "SELECT * FROM range(10) t(i), generate_series(1, 5) s(j), unnest([1, 2]) u(k)",
    "SELECT unnest(tags), list_transform(tags, x -> x * 2), [y FOR y IN tags IF y > 1] FROM a",
    "SELECT {'a': 1}.a, MAP {'k': 2}['k'], [1, 2, 3][1:2], struct_pack(a := 1) FROM a",
    "SELECT j->'a', j->>'$.b', json_extract_string(j, '$.c') FROM a",
    "SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END, coalesce(a, b), nullif(a, 0), if(a, b, c)",
    "SELECT a::int, try_cast(b AS decimal(10, 2)), CAST(c AS timestamptz), d::varchar[] FROM t",
    "SELECT date_trunc('month', d), d + INTERVAL 1 MONTH, extract(year FROM d), strftime(d, '%Y')",
    "SELECT date_diff('day', d, e), d - INTERVAL '3' DAY, DATE '2026-01-31', last_day(d) FROM t",
    "SELECT median(x), quantile_cont(x, 0.9), mode(x), stddev(x), corr(x, y), mad(x) FROM t",
    "SELECT approx_count_distinct(x), approx_quantile(x, 0.5), arg_max(a, b), histogram(x) FROM t",
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM t",
    "SELECT string_agg(x, ', ' ORDER BY x), list(x), count(DISTINCT x), first(x ORDER BY y) FROM t",
    "SELECT a LIKE 'x%', a ILIKE 'X%', a SIMILAR TO 'x.*', regexp_matches(a, 'x'), a ~ 'x' FROM t",
    "SELECT a IN (1, 2), a IN (SELECT b FROM u), EXISTS (FROM u), a = ANY (SELECT b FROM u) FROM t",
    "SELECT upper(a) || lower(b), trim(c), substring(a, 1, 2), split_part(a, ',', 1), a[1] FROM t",
    "SELECT round(a, 2), a // b, a % b, a ** 2, abs(a), greatest(a, b), -a, ~a, a & b FROM t",
    "SELECT x FROM t ORDER BY x DESC NULLS LAST LIMIT 10 OFFSET 5",
    "SELECT x FROM t LIMIT 10%",
    "SELECT a COLLATE nocase FROM t WHERE d AT TIME ZONE 'Asia/Seoul' > e",
    "SELECT 'it''s', \"a \"\"b\"\"\", '한글', 1e3, .5, NULL, true",
    "SELECT 매출 AS 합계 FROM 주문",
    "SELECT #1 FROM orders",
    "(SELECT 1) UNION (SELECT 2) ORDER BY 1",
    "SELECT /* why */ 1 -- because",
    "SELECT 1;",
]


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_people_ask_is_allowed(sql: str) -> None:
    rendered = to_sql(parse(sql))
    assert to_sql(parse(rendered)) == rendered


def test_comments_do_not_survive() -> None:
    rendered = to_sql(parse("SELECT /* a */ 1 + /*c*/ 2 -- b"))
    assert rendered == "SELECT 1 + 2"


@pytest.mark.parametrize("name", ["a;b", 'a"b', "a--b", "a/*b*/", "'; DROP", "a b", "$1", "now()"])
def test_a_quoted_name_stays_a_name(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    sql = f"SELECT {quoted} FROM {quoted}"  # noqa: S608 - this is what is tried
    assert to_sql(parse(sql)) == sql


@pytest.mark.parametrize(
    ("written", "similar"),
    [("summ(x)", "sum"), ("date_trunk('day', x)", "date_trunc"), ("strftme(x, '%Y')", "strftime")],
)
def test_a_misspelled_function_is_recognised(written: str, similar: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parse(f"SELECT {written}")
    assert similar in caught.value.message.parameters["similar"]


def test_a_long_chain_of_one_operator_is_not_deep() -> None:
    parse("FROM t WHERE " + " OR ".join(f"a = {n}" for n in range(5 * DEPTH_MAX)))
