"""The insight engine: one pass for the profile, finders over it, and only what stands is told."""

import collections
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa

from morello.analysis.insights.analysis import Analysis
from morello.analysis.insights.candidate import Candidate, Search, Telling
from morello.analysis.insights.echoes import without_echoes
from morello.analysis.insights.finders.associations import find_associations
from morello.analysis.insights.finders.correlations import find_correlations
from morello.analysis.insights.finders.dependencies import find_dependencies
from morello.analysis.insights.finders.groups.concentrations import find_concentrations
from morello.analysis.insights.finders.groups.joint import find_joint
from morello.analysis.insights.finders.groups.segments import find_segments
from morello.analysis.insights.finders.groups.shifts import find_shifts
from morello.analysis.insights.finders.outliers import find_outliers
from morello.analysis.insights.finders.patterns.patterns import find_patterns
from morello.analysis.insights.finders.time.time import find_over_time
from morello.analysis.insights.finding import Finding, Group
from morello.analysis.insights.quality.copies import without_copies
from morello.analysis.insights.quality.quality import find_quality
from morello.analysis.insights.suggest import outlook_of, suggestions_of
from morello.analysis.insights.suggestion import Outlook
from morello.analysis.insights.table.asking import Answer, ask_together
from morello.analysis.insights.table.roles import roles_of
from morello.analysis.insights.table.sample import Sampler
from morello.analysis.insights.table.subject import Subject
from morello.analysis.insights.words import say
from morello.analysis.methods.significance.discovery import q_values
from morello.analysis.methods.summaries.profiling import profile
from morello.data.catalog.version import PinnedVersion
from morello.data.engine.engine import Reader
from morello.kernel.cancellation import Cancellation
from morello.kernel.context import Progress
from morello.kernel.messages import Message

FALSE_DISCOVERY_RATE = 0.05
FINDINGS_MAX = 12
"""Of each group, the most worth knowing."""
OF_A_KIND_MAX = 6

Report = Callable[[Progress], None]


def analyze(
    reader: Reader, pinned: PinnedVersion, *, report: Report, cancellation: Cancellation
) -> Analysis:
    """Find what matters in a version. Blocks; runs where computing may block.

    Raises Cancelled when asked to stop, and what the reader raises.
    """
    subject = look_at(reader, pinned, report=report, cancellation=cancellation)
    search = Search(notes=[*subject.profile.notes, *subject.roles.notes])
    if not subject.sample.is_whole:
        parameters = {"rows": subject.sample.total, "sampled": subject.sample.rows}
        search.notes.append(say("note.sampled", **parameters))
    for share, find in enumerate(_FINDERS, start=1):
        cancellation.check()
        report(_progress("searching", 0.3 + 0.5 * share / len(_FINDERS)))
        if subject.sample.rows:
            find(subject, search)
    report(_progress("checking", 0.85))
    standing = _standing(subject, search)
    answers = ask_together(subject.ask, [candidate.sql for candidate, _, _ in standing])
    findings = [
        finding
        for (candidate, p, q), answer in zip(standing, answers, strict=True)
        if (finding := _checked(subject, candidate, (p, q), answer)) is not None
    ]
    cancellation.check()
    found = _by_group(without_copies(findings))
    return Analysis(
        dataset=pinned.dataset,
        version=pinned.version,
        rows=subject.sample.total,
        columns=len(subject.profile.columns),
        rows_read=pinned.lineage.rows_read,
        rows_rejected=pinned.lineage.rows_rejected,
        outliers=found["outliers"],
        patterns=found["patterns"],
        business_insights=found["business"],
        quality=found["quality"],
        model_suggestions=suggestions_of(subject),
        nothing_noteworthy=not (found["outliers"] or found["patterns"] or found["business"]),
        tests_made=len(search.tests),
        false_discovery_rate=FALSE_DISCOVERY_RATE,
        notes=search.notes,
        profile=subject.profile,
    )


def look_at(
    reader: Reader, pinned: PinnedVersion, *, report: Report, cancellation: Cancellation
) -> Subject:
    """Read a version once: profile it, keep a sample, give its columns their parts."""
    sampler = Sampler(pinned.rows, len(pinned.columns))
    read = 0

    def watched() -> Iterator[pa.RecordBatch]:
        nonlocal read
        for batch in sampler.watch(reader.batches(pinned)):
            cancellation.check()
            read += batch.num_rows
            report(_progress("reading", 0.3 * min(1.0, read / max(pinned.rows, 1))))
            yield batch

    known = profile(watched())
    return Subject(
        pinned.dataset,
        known,
        roles_of(known),
        sampler.sample(),
        lambda sql: reader.sql(sql, {pinned.dataset: pinned}),
    )


def suggest(
    reader: Reader, pinned: PinnedVersion, *, report: Report, cancellation: Cancellation
) -> Outlook:
    """Say what could be predicted, without the rest of the analysis. Blocks."""
    subject = look_at(reader, pinned, report=report, cancellation=cancellation)
    find_dependencies(subject, Search())
    return outlook_of(subject)


_FINDERS: tuple[Callable[[Subject, Search], None], ...] = (
    find_quality,
    find_outliers,  # sets the bounds within which the others look
    find_dependencies,  # knows what the others need not tell
    find_segments,
    find_correlations,
    find_associations,
    find_patterns,  # leaves out what follows from another column
    find_concentrations,
    find_joint,
    find_shifts,
    find_over_time,
)


def _standing(
    subject: Subject, search: Search
) -> list[tuple[Candidate, float | None, float | None]]:
    """Correct for every test that was made; drop what does not pass, then echoes."""
    tests = np.sort(np.array(search.tests))
    q_of = q_values(tests)
    passed: dict[str, tuple[Candidate, float | None, float | None]] = {}
    for candidate in search.candidates:
        p, q = candidate.p_value, None
        if p is not None:
            place = min(int(np.searchsorted(tests, p)), len(tests) - 1)
            q = float(q_of[place])
            if q > FALSE_DISCOVERY_RATE:
                continue
        passed[candidate.id] = (candidate, p, q)
    kept = without_echoes(subject, [each for each, _, _ in passed.values()])
    counts: collections.Counter[str] = collections.Counter()
    chosen = []
    for candidate in sorted(kept, key=lambda each: (-each.score, each.id)):
        counts.update((candidate.group, candidate.kind))
        if counts[candidate.group] > FINDINGS_MAX or counts[candidate.kind] > OF_A_KIND_MAX:
            continue
        chosen.append(passed[candidate.id])
    if len(chosen) < len(kept):
        search.notes.append(say("note.findings", shown=len(chosen), found=len(kept)))
    return chosen


def _checked(
    subject: Subject,
    candidate: Candidate,
    chance: tuple[float | None, float | None],
    answer: Answer,
) -> Finding | None:
    """Tell what the whole table answered; None when it denies the suspicion."""
    numbers = {key: float(each) for key, each in answer.items() if each is not None}
    if len(numbers) < len(answer):
        return None
    telling: Telling | None = candidate.tell(numbers)
    if telling is None:
        return None
    if telling.coverage is not None:
        candidate.coverage = telling.coverage
    return Finding(
        id=candidate.id,
        kind=candidate.kind,
        group=candidate.group,
        message=telling.message,
        details=[*telling.details, *_left_out(subject, candidate), *candidate.echoes],
        columns=candidate.columns,
        effect=candidate.effect,
        coverage=candidate.coverage,
        surprise=candidate.surprise,
        score=candidate.score,
        p_value=chance[0],
        q_value=chance[1],
        sql=candidate.sql,
        rows_sql=candidate.rows_sql,
        numbers=numbers,
        chart=candidate.draw(),
        caveats=telling.caveats,
    )


def _left_out(subject: Subject, candidate: Candidate) -> list[Message]:
    """Say whose outliers the numbers are without, so that nobody else's differ unexplained."""
    bounded = [each for each in candidate.columns if each in subject.bounds]
    if not bounded or candidate.group not in ("patterns", "business"):
        return []
    return [say("without_outliers", columns=bounded)]


def _by_group(findings: list[Finding]) -> dict[Group, list[Finding]]:
    groups: dict[Group, list[Finding]] = {
        "outliers": [], "patterns": [], "business": [], "quality": [],
    }  # fmt: skip
    for finding in sorted(findings, key=lambda each: (-each.score, each.id)):
        groups[finding.group].append(finding)
    return groups


def _progress(step: str, share: float) -> Progress:
    return Progress(message=say(f"progress.{step}"), share=round(share, 3))
