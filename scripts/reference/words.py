"""The pages of errors, messages and settings."""

from collections.abc import Iterator, Mapping

from morello.kernel import errors
from morello.kernel.messages import catalog
from morello.kernel.settings import Settings


def pages() -> Iterator[tuple[str, str]]:
    """Yield (file name, Markdown) for each page."""
    yield "errors.md", _errors(catalog("en"))
    yield "messages.md", _messages(catalog("en"), catalog("ko"))
    yield "settings.md", _settings()


def _errors(texts: Mapping[str, str]) -> str:
    lines = [
        "# Errors",
        "",
        "Each has a stable code, what happened, and what to do next. The caller's mistake is never",
        "a `fault`, and our mistake is never anything else.",
        "",
    ]
    tree = (errors.__doc__ or "").split("\n\n")
    drawing = next(part for part in tree if "MorelloError" in part)
    lines += ["```text", *(line.removeprefix("    ") for line in drawing.splitlines()), "```", ""]
    for code in dict.fromkeys(kind.code for kind in _kinds(errors.MorelloError)):
        own = [key for key in texts if _is_of(key, code) and not key.endswith(".next")]
        if not own:
            continue
        lines += [f"## `{code}`", "", "| id | what it says | what to do |", "|---|---|---|"]
        lines += [f"| `{key}` | {_cell(texts[key])} | {_cell(_next(texts, key))} |" for key in own]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _kinds(kind: type[errors.MorelloError]) -> Iterator[type[errors.MorelloError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


def _is_of(key: str, code: str) -> bool:
    return key == f"error.{code}" or key.startswith(f"error.{code}.")


def _next(texts: Mapping[str, str], key: str) -> str:
    return texts.get(f"{key}.next", "")


def _messages(english: Mapping[str, str], korean: Mapping[str, str]) -> str:
    lines = [
        "# Messages",
        "",
        "Findings and progress are a message id with parameters; a door renders them in the",
        "reader's language. Errors have [a page of their own](errors.md).",
        "",
        "| id | English | Korean |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{key}` | {_cell(text)} | {_cell(korean.get(key, ''))} |"
        for key, text in sorted(english.items())
        if not key.startswith("error.")
    ]
    return "\n".join(lines) + "\n"


def _settings() -> str:
    lines = [
        "# Settings",
        "",
        "The environment wins (`MORELLO_QUERY_TIMEOUT_S=30`), then `settings.toml` in the home",
        "folder, then the default. `morello settings` shows each with where it came from.",
        "",
        "| setting | variable | default | meaning |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{name}` | `MORELLO_{name.upper()}` | `{field.default}` | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
