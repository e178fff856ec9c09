"""Copies: findings that say again, of the same column, what another one says better."""

from morello.analysis.insights.finding import Finding


def without_copies(findings: list[Finding]) -> list[Finding]:
    """Drop what is told twice.

    A key recurs only because whole rows do; a column is missing more often only because it has no
    values since, or before, some day.
    """
    extra = {each.numbers["extra"] for each in findings if each.kind == "duplicates"}
    ended = {each.columns[0] for each in findings if each.kind in ("ended", "began")}
    return [
        each
        for each in findings
        if not (each.kind == "near_key" and each.numbers["extra"] in extra)
        and not (_is_of_gaps(each) and each.columns[0] in ended)
    ]


def _is_of_gaps(finding: Finding) -> bool:
    return finding.kind == "absent" or finding.message.id.split(".")[1:3] in (
        ["change", "missing"],
        ["trend", "missing"],
    )
