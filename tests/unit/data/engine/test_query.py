import contextlib
import time
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morello.data.engine.query import is_ordered, parse, tables, to_sql
from morello.kernel.errors import BadQuery
from morello.kernel.limits import SQL_LENGTH_MAX

ROWS = """
    CREATE TABLE t AS SELECT i AS id, i % 3 AS g, i * 1.5 AS x, (i * 7) % 10 AS y, 'n,' || i AS s,
        DATE '2026-01-01' + i::integer AS d, [i, i + 1, 3] AS l, {'a': i} AS st, i % 2 = 0 AS b,
        TIMESTAMP '2026-01-01' + (i * 37) * INTERVAL 1 HOUR AS ts, 'AbC def' AS w,
        CASE WHEN i % 4 = 0 THEN NULL ELSE i END AS n, '{"a": {"b":' || i || '}}' AS j
    FROM range(20) r(i)
"""

EXPRESSIONS = r"""
    abs(x) ; acos(0.5) ; age(ts,timestamp '2020-01-01') ; any_value(n) ; first(n) ;
    first(n order by id) ; last(n order by id) ; arg_max(s,x) ; arg_min(s,x) ; max_by(s,y) ;
    max(x,3) ; min(s,2) ; array_agg(g order by id) ; list(g order by id) ; list(distinct g) ;
    array_append(l,1) ; list_concat(l,l) ; list_contains(l,3) ; array_has_any(l,[3]) ;
    list_distinct(l) ; list_sort(l) ; list_reverse_sort(l) ; array_sort(l) ;
    list_sort(l,'DESC') ; list_filter(l,e -> e>3) ; list_transform(l,(e,i) -> e+i) ;
    list_reduce(l,(a,b) -> a+b) ; list_aggregate(l,'sum') ; list_sum(l) ; list_avg(l) ;
    list_position(l,3) ; list_slice(l,1,2) ; array_slice(l,1,2) ; array_length(l) ; len(l) ;
    length(s) ; array_to_string(l,'-') ; list_unique(l) ; flatten([l,l]) ; l[1] ;
    l[-1] ; l[1:2] ; st.a ; st['a'] ; struct_extract(st,'a') ; struct_pack(q:=id) ; {'z':id} ;
    map([1],[2]) ; map{'a':1}['a'] ; map_keys(map{'a':1}) ; ascii('a') ; atan2(1,2) ;
    bit_and(id) ; bit_or(id) ; bit_xor(id) ; bit_count(id) ; xor(id,3) ; bool_and(b) ;
    bool_or(b) ; cbrt(x) ; ceil(x) ; ceiling(x) ; chr(65) ; concat(s,'a',null) ;
    concat_ws('-',s,null,'b') ; contains(s,'1') ; corr(x,y) ; cot(1.0) ; count(*) ; count(n) ;
    count(distinct g) ; count_if(b) ; covar_pop(x,y) ; covar_samp(x,y) ;
    date_add(d, interval 1 day) ; date_diff('month',d,date '2027-03-01') ;
    datediff('day',d,date '2027-03-01') ; date_part('year',d) ; date_part('dow',d) ;
    date_sub('month',d,date '2027-03-01') ; date_trunc('month',ts) ; date_trunc('week',d) ;
    datetrunc('quarter',d) ; day(d) ; dayname(d) ; dayofmonth(d) ; dayofweek(d) ; dayofyear(d) ;
    isodow(d) ; weekday(d) ; week(d) ; weekofyear(d) ; yearweek(d) ; isoyear(d) ; quarter(d) ;
    month(d) ; monthname(d) ; year(d) ; hour(ts) ; minute(ts) ; second(ts) ; epoch(ts) ;
    epoch_ms(ts) ; epoch_us(ts) ; epoch_ms(1000) ; make_date(2026,1,2) ; make_time(1,2,3) ;
    make_timestamp(2026,1,2,3,4,5) ; last_day(d) ; strftime(d,'%Y/%m') ;
    strptime('2026-01-02','%Y-%m-%d') ; try_strptime('x','%Y') ; time_bucket(interval 1 week,d) ;
    extract(year from d) ; extract(epoch from ts) ; extract(dow from d) ; d + 3 ; d - d ;
    d - interval 1 month ; ts + interval '2' hour ; ts::date ; d::timestamp ; interval 1 month ;
    interval '1 month 2 days' ; to_days(3) ; to_months(2) ; to_hours(5) ; degrees(1) ;
    radians(90) ; ends_with(s,'1') ; starts_with(s,'n') ; prefix(s,'n') ; suffix(s,'1') ;
    exp(1) ; factorial(5) ; floor(x) ; format('{} x {}',id,s) ; printf('%d',id) ; gcd(id,6) ;
    lcm(id,6) ; greatest(x,y) ; least(x,y) ; group_concat(s,';' order by id) ;
    string_agg(s order by id) ; listagg(s,',' order by id) ; hex('a') ; unhex('61') ;
    to_base64('a'::blob) ; from_base64('YQ==') ; isnan(x) ; isinf(x) ; isfinite(x) ; j->'a' ;
    j->>'$.a.b' ; json_extract(j,'$.a') ; json_extract_string(j,'$.a.b') ; json_keys(j) ;
    json_type(j) ; json_array_length('[1,2]') ; json_valid(j) ; json_object('a',1) ;
    json_array(1,2) ; to_json(st) ; json(j) ; j::json ; jaccard(s,'n') ;
    jaro_winkler_similarity(s,'n') ; levenshtein(s,'n') ; damerau_levenshtein(s,'n') ;
    hamming('ab','ac') ; kurtosis(x) ; skewness(x) ; lower(w) ; upper(w) ; lcase(w) ; ln(2) ;
    log(100) ; log10(100) ; log2(8) ; log(2,8) ; lpad(s,6,'0') ; rpad(s,6,'*') ; ltrim('  a') ;
    rtrim('a  ') ; trim('  a ') ; trim('xax','x') ; md5(s) ; sha256(s) ; sha1(s) ; mad(x) ;
    median(x) ; median(n) ; mode(g) ; mean(x) ; avg(x) ; sum(x) ; sum(id) ; product(g+1) ;
    fsum(x) ; kahan_sum(x) ; min(x) ; max(s) ; mod(id+7,5) ; (id+7)%5 ; id//3 ; id/3 ; 2**3 ;
    2^3 ; pow(2,3) ; power(2,3) ; sqrt(2) ; sign(-2) ; sin(1) ; tan(1) ; pi() ; round(x,1) ;
    round(2.5) ; trunc(x) ; round_even(2.5,0) ; even(x) ; nullif(id,3) ; ifnull(n,0) ;
    coalesce(n,0) ; if(b,1,2) ; case when b then 1 end ;
    percentile_cont(0.5) within group (order by x) ;
    percentile_disc(0.5) within group (order by x) ; quantile_cont(x,0.25) ;
    quantile_disc(x,0.25) ; quantile(x,0.25) ; quantile_cont(x,[0.1,0.9]) ;
    approx_quantile(x,0.5) ; approx_count_distinct(g) ; entropy(g) ; histogram(g) ;
    regexp_extract(s,'([0-9]+)',1) ; regexp_extract(s,'[0-9]+') ; regexp_extract_all(s,'[0-9]') ;
    regexp_matches(s,'1') ; regexp_full_match(s,'.*1') ; regexp_replace(s,'[0-9]','x','g') ;
    regexp_replace(s,'n','x') ; string_split(s,',') ; str_split(s,',') ; split(s,',') ;
    string_split_regex(s,'[,]') ; regexp_split_to_array(s,',') ; split_part(s,',',1) ;
    repeat('a',3) ; replace(s,'n','m') ; reverse(s) ; left(s,1) ; right(s,1) ; substring(s,1,2) ;
    substr(s,2) ; s[1] ; s[1:1] ; position(',' in s) ; strpos(s,',') ; instr(s,',') ;
    strip_accents('é') ; translate('abc','a','x') ; unicode('a') ; ord('a') ; url_encode('a b') ;
    regr_slope(y,x) ; regr_intercept(y,x) ; regr_r2(y,x) ; regr_count(y,x) ; sem(x) ; stddev(x) ;
    stddev_pop(x) ; stddev_samp(x) ; variance(x) ; var_pop(x) ; var_samp(x) ; typeof(x) ;
    s like 'n%' ; s ilike 'N%' ; s not like 'n%' ; s like 'n!%' escape '!' ; s similar to 'n.*' ;
    s ~ 'n.*' ; s !~ 'n' ; s ~~ 'n%' ; s glob 'n*' ; id in (1,2) ; id not in (1,2) ;
    id between 1 and 2 ; n is null ; n is not null ; n isnull ; n is distinct from id ;
    n is not distinct from id ; b and not b ; id & 3 ; id ; 3 ; id << 2 ; ~id ; id::varchar ;
    'x' ; s ; try_cast(s as int) ; cast(x as decimal(10,1)) ; id::double ; id::hugeint ; x::int ;
    '1'::tinyint ; true::int ; '2026-01-01'::date ; 'a'::blob ; '12:00'::time ;
    date '2026-01-01' ; timestamp '2026-01-01 00:00:00' ;
    sum(x) over (partition by g order by id) ; row_number() over (order by id) ;
    rank() over (order by g) ; dense_rank() over (order by g) ;
    percent_rank() over (order by g) ; cume_dist() over (order by g) ;
    ntile(3) over (order by id) ; lag(id) over (order by id) ; lag(id,2,0) over (order by id) ;
    lead(id) over (order by id) ; first_value(id) over (order by id) ;
    last_value(id) over (order by id) ; nth_value(id,2) over (order by id) ;
    last_value(n ignore nulls) over (order by id) ; lag(n ignore nulls) over (order by id) ;
    sum(x) over (order by id rows between 2 preceding and current row) ;
    sum(x) over (order by d range between interval 3 day preceding and current row) ;
    avg(x) over (order by id rows between unbounded preceding and 1 following exclude ties) ;
    sum(x) filter (where b) ; count(*) filter (b) ; [e*2 for e in l if e>3] ; [1,2] ; [3] ;
    list_value(1,2) ; range(3) ; generate_series(1,3) ; unnest([1,2]) ; wavg(x,y) ;
    weighted_avg(x,y) ; geomean(x+1) ; arbitrary(s) ; century(d) ; decade(d) ; julian(d) ;
    bar(x,0,30,10) ; format_bytes(1000) ; nfc_normalize('a') ; struct_insert(st,b:=1) ;
    list_has_all(l,[3]) ; l && [3] ; l @> [3] ; array_distinct(l) ; element_at(map{'a':1},'a') ;
    list_cosine_similarity([1.0,2.0],[2.0,1.0]) ; list_dot_product([1.0],[2.0]) ;
    time '12:00:00' ; max(d) ; min(ts) ; count() ; week(ts) ;
    greatest(1,2,3) ; least('a','b') ; @ -5 ; id <> 3 ; id != 3 ; id == 3 ; x::decimal(4,2) ;
    cast('1.5' as double) ; list_any_value([null,1]) ; list_first(l) ; bit_length('a') ;
    octet_length('a'::blob) ; strlen('é') ; length_grapheme('é') ; left_grapheme('é',1) ;
    equi_width_bins(0,10,2,true) ; filter(l,e->e>1) ; array_transform(l,e->e+1) ;
    list_apply(l,e->e+1) ; id | 3 ; s || s ; [1,2] || [3] ; to_timestamp(1000) ;
    ts at time zone 'Asia/Seoul' ; string_agg(s,'|' order by id desc) ; timezone('UTC',ts) ;
    not s ~ 'n'
"""


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(ROWS)
        yield connection


@pytest.mark.parametrize("expression", EXPRESSIONS.replace(";\n", " ; ").split(" ; "))
def test_what_runs_means_what_was_asked(
    database: duckdb.DuckDBPyConnection, expression: str
) -> None:
    """DuckDB gives the same for the text as it was written and as it is rendered."""
    asked = f"SELECT {expression.strip()} AS r FROM t ORDER BY id"  # noqa: S608 - ours, above
    try:
        expected = database.sql(asked).to_arrow_table()
    except duckdb.BinderException:  # an aggregate
        asked = asked.removesuffix(" ORDER BY id")
        expected = database.sql(asked).to_arrow_table()
    given = database.sql(to_sql(parse(asked))).to_arrow_table()
    assert repr(given.to_pylist()) == repr(expected.to_pylist())


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", set()),
        (
            "SELECT * FROM orders, Items i JOIN (SELECT * FROM stock) USING (id)",
            {"orders", "Items", "stock"},
        ),
        (
            "SELECT (SELECT max(x) FROM a) FROM b WHERE EXISTS (FROM c) ORDER BY (FROM d)",
            set("abcd"),
        ),
        ("WITH a AS (SELECT * FROM b) SELECT * FROM a", {"b"}),
        ("WITH a AS (SELECT * FROM a) SELECT * FROM a", {"a"}),
        ("WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b", {"b"}),
        ("WITH Orders AS (SELECT 1) SELECT * FROM ORDERS", set()),
        ('WITH "Orders" AS (SELECT 1) SELECT * FROM "orders"', set()),
        ("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a), a", {"a"}),
        ("WITH a AS (SELECT 1) SELECT * FROM (SELECT * FROM a WHERE x IN (FROM a))", set()),
        ("WITH a AS (SELECT 1) SELECT * FROM (WITH b AS (FROM a) FROM b), b", {"b"}),
        ("SELECT * FROM a UNION ALL (WITH a AS (SELECT 1) SELECT * FROM a)", {"a"}),
        ("WITH a AS (SELECT 1) SELECT * FROM a UNION SELECT * FROM a", set()),
        ("(WITH a AS (SELECT 1) SELECT * FROM a) UNION SELECT * FROM a", {"a"}),
        ("SELECT a FROM b AS a", {"b"}),
        ("SELECT * FROM b AS a, a", {"a", "b"}),
        ('SELECT * FROM "my sales.2026", 매출', {"my sales.2026", "매출"}),
        ("SELECT * FROM range(3), unnest([1]) u(x), (VALUES (1)) v(y)", set()),
        ("SELECT list_transform([1], x -> (SELECT max(y) FROM hidden))", {"hidden"}),
        ("SELECT sum(x) OVER (ORDER BY (SELECT max(y) FROM hidden)) FROM t", {"hidden", "t"}),
        ("SELECT * REPLACE ((SELECT 1 FROM hidden) AS x) FROM t", {"hidden", "t"}),
        ("SELECT * FROM t LIMIT (SELECT count(*) FROM hidden)", {"hidden", "t"}),
    ],
)
def test_tables_are_the_datasets_a_query_reads(sql: str, expected: set[str]) -> None:
    assert tables(parse(sql)) == expected


@pytest.mark.parametrize(
    ("sql", "ordered"),
    [
        ("SELECT 1", False),
        ("SELECT * FROM t ORDER BY x", True),
        ("SELECT * FROM (SELECT * FROM t ORDER BY x)", False),
        ("(SELECT * FROM t ORDER BY x)", True),
        ("SELECT 1 UNION SELECT 2 ORDER BY 1", True),
        ("(SELECT 1 ORDER BY 1) UNION SELECT 2", False),
        ("WITH a AS (SELECT 1 ORDER BY 1) SELECT * FROM a", False),
        ("SELECT sum(x) OVER (ORDER BY y) FROM t", False),
    ],
)
def test_an_order_is_one_the_query_asks_for(sql: str, ordered: bool) -> None:
    assert is_ordered(parse(sql)) is ordered


def test_a_syntax_error_says_where() -> None:
    with pytest.raises(BadQuery) as caught:
        parse("SELECT a,\n  b FRO M orders WHERE WHERE")
    assert caught.value.message.id == "error.bad_query.syntax"
    assert caught.value.message.parameters["line"] == 2


def test_a_query_has_a_length() -> None:
    with pytest.raises(BadQuery):
        parse("SELECT 1" + " " * SQL_LENGTH_MAX)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a" + "[1]" * 30_000,
        "SELECT " + "(" * 30_000,
        "SELECT " + "a<" * 14_000 + "1",
        "SELECT " + "NOT " * 20_000 + "1",
        "SELECT a" + "::int" * 14_000,
        "SELECT a" + ".b" * 14_000,
        "SELECT " + "[x FOR x IN " * 5_000,
        "SELECT " + "CASE WHEN " * 9_000,
        "SELECT " + "list_filter(x, a -> " * 4_000,
        "SELECT * FROM t" + " JOIN t ON true" * 5_000,
        " UNION ".join(["SELECT 1"] * 6_000),
        "WITH " + ",".join(f"a{i} AS (SELECT 1)" for i in range(4_000)) + " SELECT 1",
    ],
    ids=lambda sql: sql[:24],
)
def test_no_query_keeps_the_parser_busy(sql: str) -> None:
    started = time.process_time()
    with contextlib.suppress(BadQuery):
        to_sql(parse(sql))
    assert time.process_time() - started < 5


def assert_one_query(rendered: str) -> None:
    """DuckDB's own parser sees one SELECT, or cannot read it."""
    try:
        statements = duckdb.extract_statements(rendered)
    except duckdb.ParserException:
        return
    assert [each.type for each in statements] == [duckdb.StatementType.SELECT]


@given(st.text(max_size=200))
def test_any_text_is_one_query_or_refused(text: str) -> None:
    with contextlib.suppress(BadQuery):
        assert_one_query(to_sql(parse(f"SELECT '{text}'")))


WORDS = """
    SELECT FROM WHERE ( ) [ ] { } , ; * a b 'x' "y" . :: -> := 1 - + ~ ! WITH AS UNION JOIN ON IN
    CASE WHEN END OVER ORDER BY LIMIT NOT NULL IS LIKE /* */ -- $ ? # @ VALUES EXISTS x( date
    INTERVAL COPY ATTACH read_csv( ' " $$ INTO TO e'\\' FOR ALL ANY
"""


@given(st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=30))
def test_any_pile_of_words_is_one_query_or_refused(words: list[str]) -> None:
    with contextlib.suppress(BadQuery):
        assert_one_query(to_sql(parse("SELECT " + " ".join(words))))
