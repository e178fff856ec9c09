"""The functions and grammar that a query may use: what is not on these lists is refused."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NODES = _words(
    """
    Select From Table Identifier Column Literal Alias Star Columns Join Where Group Having Qualify
    Order Ordered Limit LimitOptions Offset Fetch Distinct With CTE TableAlias Subquery Union Except
    Intersect Values Tuple Paren Boolean Null Var PositionalColumn
    And Or Not EQ NEQ GT GTE LT LTE Is In Between NullSafeEQ NullSafeNEQ Like ILike SimilarTo Glob
    Escape Exists Any All Add Sub Mul Div IntDiv Mod Pow Neg DPipe BitwiseAnd BitwiseOr BitwiseXor
    BitwiseNot BitwiseLeftShift BitwiseRightShift Collate AtTimeZone
    Case If Coalesce Nullif Cast TryCast DataType DataTypeParam ColumnDef Interval Extract
    Window WindowSpec Filter IgnoreNulls RespectNulls WithinGroup Rollup Cube GroupingSets
    Lambda Comprehension Struct PropertyEQ Array ToMap Map Bracket Slice Dot Kwarg
    Lateral Unnest GenerateSeries JSONPath JSONPathRoot JSONPathKey JSONPathSubscript
    JSONPathWildcard JSONPathSlice JSONKeyValue
    """
)
"""Grammar, by sqlglot's names."""

FUNCTIONS = _words(
    """
    Abs Acos Acosh AnyValue ApproxDistinct ApproxQuantile ArgMax ArgMin ArrayAgg
    ArrayAppend ArrayConcat ArrayContains ArrayContainsAll ArrayDistinct ArrayFilter ArrayIntersect
    ArrayMax ArrayMin ArrayOverlaps ArrayPosition ArrayPrepend ArrayReverse ArraySize ArraySlice
    ArraySort ArrayToString Ascii Asin Asinh Atan Atan2 Atanh Avg BitLength BitwiseAndAgg
    BitwiseOrAgg BitwiseXorAgg Cbrt Ceil Chr Concat ConcatWs Contains Corr Cos CosineDistance Cosh
    Cot Count CountIf CovarPop CovarSamp CumeDist DateAdd DateBin DateDiff DateFromParts DateSub
    DateTrunc Date Day DayOfMonth DayOfWeek DayOfWeekIso DayOfYear Dayname Degrees DenseRank
    EndsWith EuclideanDistance Exp Explode Factorial First FirstValue Flatten Floor Format
    FromBase64 Getbit Greatest GroupConcat Grouping Hex Hour IsInf IsNan JSONArray JSONExtract
    JSONExtractScalar JSONKeys JSONObject JSONType JarowinklerSimilarity Kurtosis Lag Last LastDay
    LastValue Lead Least Left Length Levenshtein Ln Log LogicalAnd LogicalOr Lower MD5
    MapFromEntries MapKeys Max Median Min Minute Mode Month Monthname NthValue Ntile Pad ParseJSON
    PercentRank PercentileCont PercentileDisc Pi Quantile Quarter Radians Rank RegexpExtract
    RegexpExtractAll RegexpFullMatch RegexpLike RegexpReplace RegexpSplit RegrAvgx RegrAvgy
    RegrCount RegrIntercept RegrR2 RegrSlope RegrSxx RegrSxy RegrSyy Repeat Replace Reverse Right
    Round RowNumber SHA SHA2 Second Sign Sin Sinh Skewness Split SplitPart Sqrt StartsWith Stddev
    StddevPop StddevSamp StrPosition StrToTime StructExtract Substring Sum Tan Tanh TimeFromParts
    TimeToStr TimeToUnix TimestampFromParts TimestampTrunc ToBase64 ToDays Transform Translate Trim
    Trunc TsOrDsToDate Typeof Unhex Unicode UnixToTime Upper Variance VariancePop Week WeekOfYear
    Xor Year
    """
)
"""Functions that sqlglot knows, by its names."""

NAMED = _words(
    """
    age arbitrary array_aggregate array_cosine_distance array_cosine_similarity array_cross_product
    array_distance array_dot_product array_extract array_has_any array_indexof array_inner_product
    array_transform array_unique array_value array_where array_zip bar bin bit_count century
    damerau_levenshtein dateadd date_part date_sub datepart datesub days_in_month decade divide
    element_at entropy epoch_ns epoch_us equi_width_bins era even favg format_bytes fsum gamma gcd
    geomean geometric_mean greatest_common_divisor hamming histogram isfinite isoyear jaccard
    jaro_similarity json_array_length json_contains json_exists json_group_array json_group_object
    json_merge_patch json_structure json_valid json_value julian kahan_sum kurtosis_pop lcm
    least_common_multiple left_grapheme length_grapheme lgamma list_aggr list_aggregate
    list_any_value list_apply list_approx_count_distinct list_avg list_bool_and list_bool_or
    list_cat list_cosine_similarity list_count list_dot_product list_element list_entropy
    list_extract list_first list_grade_up list_has_all list_histogram list_indexof
    list_inner_product list_intersect list_kurtosis list_last list_mad list_median list_mode
    list_position list_product list_reduce list_resize list_reverse list_sem list_skewness
    list_slice list_stddev_pop list_stddev_samp list_string_agg list_sum list_unique list_var_pop
    list_var_samp list_where list_zip mad make_timestamptz map_concat map_contains map_entries
    map_extract map_values mean microsecond millennium millisecond mismatches multiply nanosecond
    nextafter nfc_normalize octet_length ord parse_formatted_bytes prefix printf product rank_dense
    regexp_escape regexp_split_to_array right_grapheme round_even roundbankers
    row row_to_json sem set_bit signbit strip_accents strlen struct_concat struct_contains
    struct_extract_at struct_has struct_insert struct_keys struct_position struct_update
    struct_values substring_grapheme subtract suffix sumkahan timezone timezone_hour
    timezone_minute to_base to_centuries to_decades to_hours to_json to_microseconds to_millennia
    to_milliseconds to_minutes to_months to_quarters to_seconds to_weeks to_years try_strptime
    union_extract union_tag url_decode url_encode wavg weekday weighted_avg yearweek
    """
)
"""Functions that sqlglot does not know, by DuckDB's names, in small letters."""

UNREPEATABLE = _words(
    """
    CurrentDate CurrentTime CurrentTimestamp CurrentDatetime Localtime Localtimestamp Rand Randn
    Uuid TableSample now today random uuid gen_random_uuid uuidv4 uuidv7 setseed
    get_current_timestamp get_current_time current_localtime transaction_timestamp
    """
)
"""What gives another answer each time, by either name: a proven answer can be run again."""

ARGUMENTS = {
    "Table": {"this", "alias", "joins"},
    "Select": {
        *("with_", "expressions", "distinct", "from_", "laterals", "joins", "where", "group"),
        *("having", "qualify", "windows", "order", "limit", "offset"),
    },
    "Subquery": {"this", "alias", "with_", "order", "limit", "offset", "joins"},
    "With": {"expressions"},
    "CTE": {"this", "alias", "materialized"},
}
"""What these nodes may carry; everything else about them is refused."""

SERIES_ROWS_MAX = 1_000_000
"""Longest series that `range` and `generate_series` may make, from plain numbers."""
