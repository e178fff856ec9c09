from morello.analysis.insights.finding import Finding
from morello.analysis.insights.ranking import in_order
from morello.kernel.messages import Message


def finding(name: str, columns: list[str], score: float) -> Finding:
    return Finding(
        id=name,
        kind="segment",
        group="business",
        message=Message(id="insight.same"),
        columns=columns,
        effect=score,
        coverage=1.0,
        surprise=1.0,
        score=score,
        sql="SELECT 1",
    )


def test_something_else_comes_before_more_of_the_same() -> None:
    several = [finding(f"sex:{name}", ["sex", name], 0.8) for name in ("a", "b", "c")]
    other = finding("other", ["u", "v"], 0.7)
    assert [each.id for each in in_order([*several, other])][:2] == ["sex:a", "other"]


def test_nothing_is_lost_and_without_overlap_the_score_decides() -> None:
    findings = [finding(str(place), [f"c{place}"], place / 10) for place in range(9)]
    assert [each.id for each in in_order(findings)] == [str(place) for place in range(8, -1, -1)]


def test_what_moves_the_outcome_comes_first() -> None:
    findings = [finding("a", ["s1", "s2"], 0.8), finding("b", ["bmi", "target"], 0.75)]
    assert [each.id for each in in_order(findings)] == ["b", "a"]
