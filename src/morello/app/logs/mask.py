"""A mask over what nobody may read in a log: secrets by their shape and name, people's addresses.

Nothing of the kind should be logged in the first place; this is for what a library or a traceback
brings along. Every pattern takes time in proportion to the text, whatever the text is.
"""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"
LENGTH_MAX = 32 << 10
"""Characters of one text; the rest is cut off."""
DEPTH_MAX = 8

_NAMES = (
    "pass(?:word|wd|phrase)?|secret|token|authorization|cookie|csrf|(?:api|private)[_-]?key"
    "|credential|session"
)
_NAMED = re.compile(rf"(?i)(?:{_NAMES})s?$")

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END|\Z)", re.DOTALL),
        HIDDEN,
    ),
    (re.compile(r"(?<![\w-])mor_[\w-]+"), f"mor_{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)\s{1,8}[\w.~+/=-]+"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?<![\w-])eyJ[\w-]+(?:\.[\w-]*){1,4}"), HIDDEN),  # JSON Web Tokens
    (re.compile(r"\$argon2\w{1,4}\$[^\s'\"]*"), HIDDEN),
    (re.compile(r"://[^/\s:@]{0,256}:[^@\s/]{1,256}@"), f"://{HIDDEN}@"),
    (
        re.compile(
            rf"(?i)((?:{_NAMES})s?[\"']?\s{{0,8}}[=:]\s{{0,8}})"
            r"(?:\"[^\"\n]*\"?|'[^'\n]*'?|[^\s,;&)\]}]+)"
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(input_value=).*?(, input_type=|$)", re.MULTILINE), rf"\1{HIDDEN}\2"),
    (re.compile(r"(DETAIL: ).*"), rf"\1{HIDDEN}"),  # PostgreSQL repeats the values there
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), "<e-mail>"),
)


def masked(value: Any, depth: int = 0) -> Any:
    """Return a plain value without what must not be read; texts are bounded as well."""
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, bool | int | float | None):
        return value
    if depth >= DEPTH_MAX:
        return "…"
    if isinstance(value, Mapping):
        return {
            masked_text(str(name)): HIDDEN if _NAMED.search(str(name)) else masked(each, depth + 1)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(each, depth + 1) for each in value]
    return masked_text(str(value))


def masked_text(text: str) -> str:
    """Return a text without what must not be read, at most `LENGTH_MAX` long."""
    if len(text) > LENGTH_MAX:
        text = text[:LENGTH_MAX] + "…"
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
