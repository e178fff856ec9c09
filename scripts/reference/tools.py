"""The pages of the rooms: every tool with its fields, its example and who may call it."""

import itertools
import json
from collections.abc import Iterable, Iterator

from morello.kernel.messages import in_language
from morello.kernel.permission import RIGHTS
from morello.kernel.tool import Tool
from reference.schema import table


def pages(tools: Iterable[Tool]) -> Iterator[tuple[str, str]]:
    """Yield (file name, Markdown) for each room."""
    ordered = sorted(tools, key=lambda each: each.name)
    for room, members in itertools.groupby(ordered, key=lambda each: each.room):
        lines = [f"# Tools of `{room}`", ""]
        for each in members:
            lines += section(each)
        yield f"{room}.md", "\n".join(lines).rstrip() + "\n"


def section(tool: Tool) -> list[str]:
    """Return one tool's part of a page."""
    roles = [role.value for role, rights in RIGHTS.items() if rights & tool.permission]
    facts = [
        f"- permission `{(tool.permission.name or '').lower()}`: {', '.join(roles)}",
        f"- effect: {tool.effect.value}; runs: {tool.cost.value}, at most {_limit(tool)}",
    ]
    if tool.cached:
        facts.append(f"- the answer may be kept for {tool.cached.ttl_s:g} s")
    if tool.undo:
        facts.append(f"- undone by `{tool.undo}`")
    if tool.route:
        facts.append(f"- REST: `{tool.route.method} {tool.route.path}`")
    example = json.dumps(tool.example, ensure_ascii=False)
    return [
        f"## `{tool.name}`",
        "",
        f"{in_language(tool.title, 'en')}",
        "",
        *facts,
        "",
        "Example:",
        "",
        "```json",
        example,
        "```",
        "",
        "**In**",
        "",
        *table(tool.input, "validation"),
        "**Out**",
        "",
        *table(tool.output, "serialization"),
    ]


def _limit(tool: Tool) -> str:
    if tool.timeout_s is None:
        return "as long as the setting `analysis_timeout_s` allows"
    return f"{tool.timeout_s:g} s"
