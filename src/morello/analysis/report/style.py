"""The look of the report: calm, generous, the same on a desk, a phone, in the dark and on paper."""

from morello.analysis.charts.drawing.element import Safe

FONTS = (
    'Pretendard,system-ui,-apple-system,"Segoe UI",Roboto,"Apple SD Gothic Neo",'
    '"Malgun Gothic","Noto Sans KR","Noto Sans CJK KR",sans-serif'
)
_JAPANESE = (
    'system-ui,-apple-system,"Segoe UI",Roboto,"Hiragino Sans","Yu Gothic UI","Noto Sans JP",'
    '"Noto Sans CJK JP",sans-serif'
)
_CHINESE = (
    'system-ui,-apple-system,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans SC",'
    '"Noto Sans CJK SC",sans-serif'
)
_MONOSPACED = 'ui-monospace,"SF Mono",Menlo,Consolas,"D2Coding","Noto Sans Mono CJK KR",monospace'

LIGHT = (
    "--page:#f6f6f4;--paper:#fff;--ink:#1f2328;--soft:#59616c;--line:#e2e4e8;--cherry:#a81e3d;"
    "--leaf:#2f7d44;--tint:#fbf1f3;--code:#f4f5f7;--warm:#8a5a00;--cool:#0a5f94"
)
DARK = (
    "--page:#121417;--paper:#1a1d22;--ink:#eceef1;--soft:#a7aeb9;--line:#30353d;--cherry:#f2728d;"
    "--leaf:#6fc98a;--tint:#2a1b20;--code:#22262d;--warm:#e6b04a;--cool:#7cc4ee"
)

_RULES = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.6 FONTS;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
:lang(ko){word-break:keep-all}
:lang(ja),:lang(ja) .morello-chart{font-family:JAPANESE}
:lang(zh),:lang(zh) .morello-chart{font-family:CHINESE}
:lang(de),:lang(fr),:lang(es){hyphens:auto}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 clamp(16px,4vw,48px)}
header{padding-top:clamp(24px,5vw,56px)}
.brand{display:flex;align-items:center;gap:8px;margin:0;color:var(--cherry);font-weight:700;
letter-spacing:.01em}
.brand svg{width:26px;height:26px}
.cherry{fill:var(--cherry)}.stem{fill:none;stroke:var(--leaf);stroke-width:1.6}
.leaf{fill:var(--leaf)}
h1,h2,h3,h4{line-height:1.25;text-wrap:balance;margin:0}
h1{font-size:clamp(1.9rem,4.5vw,3rem);letter-spacing:-.02em;margin:10px 0 6px}
h2{font-size:clamp(1.35rem,2.6vw,1.75rem);letter-spacing:-.01em;margin:64px 0 18px}
h3{font-size:1.2rem}
h4{font-size:.875rem;margin:18px 0 6px}
p{margin:0 0 12px}
.lead{font-size:clamp(1.05rem,2vw,1.25rem);color:var(--soft);max-width:46em;margin-bottom:20px}
.quiet,small{color:var(--soft);font-size:.875rem}
.prose,section>p{max-width:46em}
a{color:var(--cool)}
a:focus-visible,summary:focus-visible{outline:3px solid var(--cool);
outline-offset:2px;border-radius:4px}
main:focus{outline:none}
.skip{position:absolute;left:-9999px}
.skip:focus{left:16px;top:16px;background:var(--paper);padding:8px 16px;z-index:1}
.banner{border:1px solid var(--warm);border-left-width:6px;border-radius:8px;padding:10px 16px;
color:var(--warm);background:var(--paper);font-weight:600;max-width:46em;
margin-bottom:20px}
dl{margin:0}dd{margin:0}
.key-facts{display:flex;flex-wrap:wrap;gap:10px 36px;padding:16px 0;
border-block:1px solid var(--line)}
.key-facts dt{font-size:.8125rem;color:var(--soft)}
.key-facts dd{font-weight:650;font-size:1.125rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:2px 22px;padding:0;margin:10px 0 0}
nav a{display:inline-block;padding:6px 0}
.card,.panel,.column,.calm{background:var(--paper);border:1px solid var(--line);
border-radius:14px}
.card{display:grid;grid-template-columns:minmax(0,1fr);gap:8px 40px;margin:0 0 22px;
padding:clamp(18px,3vw,32px)}
.card{padding-bottom:16px}
.card h3{font-size:clamp(1.15rem,2vw,1.4rem);letter-spacing:-.01em;margin:10px 0 12px}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));
gap:0 22px}
.pairs .card{align-content:space-between}
.card:target{border-color:var(--cherry)}
.chip{display:inline-block;margin:0;padding:1px 11px;border-radius:99px;border:1px solid;
font-size:.8125rem;font-weight:600}
.chip.outliers{color:var(--cherry)}.chip.patterns{color:var(--cool)}
.chip.business{color:var(--leaf)}.chip.quality{color:var(--warm)}
.details{margin:0 0 14px;padding-left:1.2em}
.details li{margin:3px 0}
.caveat{color:var(--soft)}
.sure{margin-bottom:6px;font-size:.9375rem}
.meter{display:inline-flex;gap:3px;margin-right:8px;vertical-align:1px}
.dot{width:9px;height:9px;border-radius:50%;border:1.5px solid var(--leaf)}
.dot.full{background:var(--leaf)}
figure{margin:0;min-width:0}
figcaption{font-weight:600;font-size:.9375rem;margin-bottom:10px}
figcaption small{display:block;font-weight:400}
.phone{display:none}.desk{max-width:640px}
details{margin-top:6px}
summary{cursor:pointer;color:var(--cool);font-size:.9375rem;padding:5px 0;width:fit-content}
.evidence{grid-column:1/-1;border-top:1px solid var(--line);padding-top:6px}
table{border-collapse:collapse;font-size:.875rem;margin:6px 0}
caption{text-align:left;font-weight:600;padding-bottom:4px;white-space:nowrap}
th,td{text-align:left;padding:4px 20px 4px 0;border-bottom:1px solid var(--line);
font-weight:400;vertical-align:top}
th{color:var(--soft)}td{text-align:right;padding-right:0}
.halves{display:grid;align-items:start;gap:0 40px;grid-template-columns:minmax(0,1fr)}
.rows{overflow-x:auto;max-width:100%;border:1px solid var(--line);border-radius:8px;
margin:4px 0 8px}
.rows table{margin:0;min-width:100%}
.rows th,.rows td{padding:5px 12px;white-space:nowrap;text-align:left}
.rows td.figure{text-align:right}
.rows th{background:var(--code);font-weight:600}
.rows tr:last-child td{border-bottom:0}
.rows:focus-visible{outline:3px solid var(--cool);outline-offset:2px}
.overview{display:grid;gap:0 40px;grid-template-columns:minmax(0,1fr);margin-bottom:22px}
.overview .key-facts{border-top:0;padding-top:0}
.overview .panel{padding:18px 22px;margin-top:18px;max-width:684px}
pre{background:var(--code);border-radius:8px;padding:12px 14px;margin:0 0 12px;
font:13px/1.55 MONOSPACED;white-space:pre-wrap}
.calm{padding:clamp(18px,3vw,32px);border-left:6px solid var(--leaf)}
.calm :last-child{margin-bottom:0}
.big{font-size:1.35rem;font-weight:650;line-height:1.35}
.links{padding-left:1.2em;margin:0 0 22px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr));gap:18px;
align-items:start}
.panel,.column{padding:20px 22px}
.panel h3{margin:10px 0 12px;font-size:1.1rem}
.column h3{font-size:1.05rem}
.column h3 small{font-weight:400;display:block}
.column .sparkline{height:56px;margin:12px 0 10px}
.facts{display:grid;grid-template-columns:1fr;font-size:.875rem}
.facts div{display:flex;justify-content:space-between;gap:16px;padding:3px 0;
border-bottom:1px solid var(--line)}
.facts dt{color:var(--soft);flex:none;max-width:60%}
.facts dd{text-align:right;min-width:0}
.top{list-style:none;margin:0;padding:0;font-size:.875rem}
.top li{display:flex;justify-content:space-between;gap:16px;padding:2px 0}
.top .value{min-width:0}.count{color:var(--soft)}
.column table{width:100%}
.made h3{margin:26px 0 8px}
.prose{padding-left:1.2em}.prose li{margin:4px 0}
.identity{font-size:.9375rem;max-width:60em}
.identity div{display:grid;grid-template-columns:minmax(8em,1fr) 4fr;gap:16px;padding:5px 0;
border-bottom:1px solid var(--line)}
.identity dt{color:var(--soft)}
.made pre{max-width:46em;margin-top:8px;border:1px solid var(--line)}
.identity+p{margin-top:18px}
footer{margin-top:64px;padding-bottom:48px;color:var(--soft);font-size:.875rem}
@media (min-width:900px){.halves{grid-template-columns:minmax(0,2fr) minmax(0,5fr)}
.card{grid-template-columns:minmax(0,5fr) minmax(0,6fr)}
.card.plain{grid-template-columns:minmax(0,1fr)}.card.plain .words{max-width:52em}
.pairs .card{grid-template-columns:minmax(0,1fr)}}
@media screen and (max-width:560px){.phone{display:block}.desk{display:none}
.identity div{grid-template-columns:1fr;gap:0}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@page{size:A4;margin:16mm 15mm}
@media print{body{background:none;font-size:9pt;line-height:1.45}
header{padding-top:0}h1{font-size:24pt}h2{font-size:15pt;margin-bottom:8px}
header,main,footer{padding:0;max-width:none}
nav,.skip{display:none}
h2{margin-top:28px}h2,h3,h4,caption,figcaption{break-after:avoid}
.card{grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:4px 18px;padding:10px 14px}
.card.plain{grid-template-columns:minmax(0,1fr)}
.card,.panel,.column,.calm,figure,table,.identity div{break-inside:avoid}
#quality,#columns,#made{break-before:page}
#quality h2,#columns h2,#made h2{margin-top:0}
.card h3{font-size:12pt;margin:4px 0 6px}.card{margin-bottom:8px}.panel,.column{padding:8px 10px}
.panel h3,.column h3{font-size:10pt;margin:4px 0}.column .sparkline{height:32px;margin:4px 0}
.facts,.top,.column table,.details,.sure,.chip,.quiet{font-size:8pt}.facts div{padding:1px 0}
.column th,.column td{padding-block:1px}
.desk,.phone{max-width:80mm}.overview .panel{max-width:110mm;margin-top:8px}
.first-rows:not([open]),.rows-query,.evidence>summary{display:none}
.halves{grid-template-columns:minmax(0,1fr) minmax(0,3fr)}
.rows{overflow:hidden}.rows th,.rows td{padding:2px 5px;white-space:normal;font-size:7pt}
.tiles{grid-template-columns:repeat(3,minmax(0,1fr));gap:8px}
details::details-content{content-visibility:visible;display:block;height:auto}
summary{color:var(--soft);list-style:none}
.phone{display:block}.desk{display:none}
.evidence{font-size:8pt}.evidence pre{font-size:6.5pt;line-height:1.35;padding:6px 8px;
margin-bottom:6px}
.evidence h4{margin:4px 0 2px;font-size:8pt}.evidence p{margin:0 0 2px;font-size:8pt}
.evidence table{font-size:8pt;width:100%}.evidence th,.evidence td{padding-block:1px}
a{color:inherit;text-decoration:none}
pre{border:1px solid var(--line)}}
"""


def compact(rules: str) -> str:
    """Return style rules on one line."""
    return rules.replace("\n", "")


STYLE = Safe(
    f":root{{color-scheme:light dark;{LIGHT}}}"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{DARK}}}}}"
    + compact(_RULES)
    .replace("FONTS", FONTS)
    .replace("MONOSPACED", _MONOSPACED)
    .replace("JAPANESE", _JAPANESE)
    .replace("CHINESE", _CHINESE)
)
