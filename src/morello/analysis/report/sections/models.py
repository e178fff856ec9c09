"""What could be modelled: what is worth it first, the rest folded away."""

from morello.analysis.charts.drawing.element import Safe, element
from morello.analysis.insights.suggestion import ModelSuggestion
from morello.analysis.report.text import NAME_LENGTH_MAX, Text, cut, percent

WORTH_MIN = 0.2
"""A model that explains less is folded away, as are those whose worth was not measured."""
SHOWN_MAX = 3
_SUGGESTIONS_MAX = 20
_FEATURES_MAX = 6


def section(suggestions: list[ModelSuggestion], text: Text) -> Safe:
    """Build the section."""
    ordered = sorted(suggestions, key=lambda each: -each.worth)[:_SUGGESTIONS_MAX]
    worth_it = [each for each in ordered if each.worth >= WORTH_MIN][:SHOWN_MAX]
    others = [each for each in ordered if each not in worth_it]
    intro = text("models.intro" if worth_it else "models.none")
    folded = element(
        "details",
        element("summary", text("models.others", count=len(others))),
        element("div", [_panel(each, text) for each in others], class_="tiles"),
    )
    return element(
        "section",
        element("h2", text("models")),
        element("p", intro, class_=None if worth_it else "calm"),
        element("div", [_panel(each, text) for each in worth_it], class_="tiles")
        if worth_it
        else None,
        folded if others else None,
        id="models",
    )


def _panel(suggestion: ModelSuggestion, text: Text) -> Safe:
    grouped = suggestion.kind == "clustering"
    facts = [
        (
            text("models.worth"),
            percent(suggestion.worth, text.language) if suggestion.worth > 0 else "",
        ),
        (
            text("models.grouped" if grouped else "models.features"),
            _names(suggestion.features, text),
        ),
        (text("models.leaks"), _names(suggestion.leaks, text)),
    ]
    rows = [
        element("div", element("dt", term), element("dd", element("bdi", value)))
        for term, value in facts
        if value
    ]
    caveats = [element("li", text.of(each), class_="caveat") for each in suggestion.caveats]
    return element(
        "article",
        element(
            "p",
            text.known(f"models.kind.{suggestion.kind}", suggestion.kind),
            class_="chip business",
        ),
        element("h3", text.of(suggestion.message), dir="auto"),
        element("dl", rows, class_="facts"),
        element("ul", caveats, class_="details") if caveats else None,
        class_="panel",
    )


def _names(names: list[str], text: Text) -> str:
    shown = ", ".join(cut(each, NAME_LENGTH_MAX) for each in names[:_FEATURES_MAX])
    left_out = len(names) - _FEATURES_MAX
    return f"{shown} {text('more', count=left_out)}" if left_out > 0 else shown
