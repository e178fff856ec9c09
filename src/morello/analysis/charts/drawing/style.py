"""The look of charts: colours as custom properties, light, dark and on paper."""

from morello.analysis.charts.drawing.element import Safe

SERIES = 6
"""Series colours there are; after them they repeat with another dash or shape."""

DASHES = ("", "7 3", "2 3", "9 3 2 3", "5 2", "1 4")
"""Dash patterns, so that lines differ without their colour."""

LIGHT = (
    "--c-ink:#1f2328;--c-soft:#59616c;--c-grid:#e6e8ec;--c-axis:#a9b0ba;--c-paper:#fff;"
    "--c-cherry:#a81e3d;--c-leaf:#2f7d44;--c-quiet:#98a1ad;--c-bar:#7b8794;"
    "--c-0:#0072b2;--c-1:#d55e00;--c-2:#009e73;--c-3:#b8578f;--c-4:#b57900;--c-5:#3a8fc4;"
)
DARK = (
    "--c-ink:#eceef1;--c-soft:#a7aeb9;--c-grid:#2d323a;--c-axis:#5f6875;--c-paper:#1a1d22;"
    "--c-cherry:#f2728d;--c-leaf:#6fc98a;--c-quiet:#6d7683;--c-bar:#8d97a5;"
    "--c-0:#56b4e9;--c-1:#f08a3c;--c-2:#2fc79b;--c-3:#e09bc4;--c-4:#e6b04a;--c-5:#8fcdf0;"
)

_RULES = """
.morello-chart{display:block;width:100%;height:auto;font:12px/1 Pretendard,system-ui,
-apple-system,"Segoe UI",Roboto,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR",
"Noto Sans CJK KR",sans-serif;font-variant-numeric:tabular-nums}
.morello-chart text{fill:var(--c-soft);unicode-bidi:plaintext}
.morello-chart text.ink{fill:var(--c-ink)}
.morello-chart text.strong{fill:var(--c-ink);font-weight:600}
.morello-chart text.cherry{fill:var(--c-cherry);font-weight:600}
.morello-chart text.halo,.morello-chart text.cherry{paint-order:stroke;stroke:var(--c-paper);
stroke-width:3px;stroke-linejoin:round}
.morello-chart .grid{stroke:var(--c-grid);fill:none}
.morello-chart .axis{stroke:var(--c-axis);fill:none}
.morello-chart .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.morello-chart .thin{stroke-width:1.25}
.morello-chart .band{opacity:.16}
.morello-chart .shade{fill:var(--c-cherry);opacity:.1}
.morello-chart .dots{fill:none;stroke-linecap:round;stroke-opacity:.75}
.morello-chart .fill-bar{fill:var(--c-bar)}
.morello-chart .fill-quiet{fill:var(--c-quiet)}
.morello-chart .fill-cherry{fill:var(--c-cherry)}
.morello-chart .fill-leaf{fill:var(--c-leaf)}
.morello-chart .ink-quiet{stroke:var(--c-quiet)}
.morello-chart .ink-cherry{stroke:var(--c-cherry)}
.morello-chart .ink-soft{stroke:var(--c-soft)}
.morello-chart .ring{fill:var(--c-paper);fill-opacity:.3;stroke:var(--c-cherry);stroke-width:2}
.morello-chart .dashed{stroke-dasharray:4 3}
.morello-chart .hollow{fill:var(--c-paper);stroke-width:1.5}
"""


def _series_rules() -> str:
    return "".join(
        f".morello-chart .fill-{i}{{fill:var(--c-{i})}}.morello-chart .ink-{i}"
        f"{{stroke:var(--c-{i})}}.morello-chart text.text-{i}{{fill:var(--c-{i});font-weight:600}}"
        for i in range(SERIES)
    )


HEATS = 10
"""Steps from the faintest cell to the strongest."""
_FAINTEST = 0.05
HEAT_MOST = {"light": 0.72, "dark": 0.5}
"""The strongest cell's opacity: letters on it keep a contrast of 4.5 (WCAG 2.2, 1.4.3)."""


def heat_opacities(scheme: str) -> list[float]:
    """Return the opacity of each step, the faintest first."""
    reach = HEAT_MOST[scheme] - _FAINTEST
    return [round(_FAINTEST + reach * step / (HEATS - 1), 3) for step in range(HEATS)]


def _heat_rules(scheme: str) -> str:
    return "".join(
        f".morello-chart .heat-{step}{{fill-opacity:{opacity:g}}}"
        for step, opacity in enumerate(heat_opacities(scheme))
    )


STYLE = Safe(
    f".morello-chart{{{LIGHT}}}"
    f"@media screen and (prefers-color-scheme:dark){{.morello-chart{{{DARK}}}}}"
    + _heat_rules("light")
    + f"@media screen and (prefers-color-scheme:dark){{{_heat_rules('dark')}}}"
    + _RULES.replace(",\n", ",").replace("\n", "")
    + _series_rules()
)
"""Every rule is scoped to `.morello-chart`, so it can stand in anybody's page."""
