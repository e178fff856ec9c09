"""The manifest: what each tool file declares, so that listing tools imports none of them.

It is checked: an entry counts only while its file's SHA-256 is the one it was made from. A file
that is new or changed is imported instead, so a manifest can be missing or old but never wrong.
"""

import hashlib
import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from morello.kernel.registry import Listed
from morello.kernel.tool import Tool

FILE = "manifest.json"


class Entry(BaseModel):
    """What a tool's file declares."""

    module: str
    sha256: str
    name: str
    title: dict[str, str]
    effect: str
    cost: str
    permission: str

    def listed(self, provider: str) -> Listed:
        """Return what a list says of it."""
        return Listed(
            name=self.name,
            title=self.title,
            effect=self.effect,
            cost=self.cost,
            permission=self.permission,
            provider=provider,
        )


def entries(package: str) -> Iterator[Entry]:
    """Yield an entry for each tool file of a package, in order of path.

    Raises ValueError when a file does not declare exactly one tool named like its room.
    """
    folder = _folder(package)
    known = _read(folder / FILE)
    for path in sorted(folder.rglob("*.py")):
        if path.name == "__init__.py":
            continue
        relative = path.relative_to(folder).with_suffix("")
        module = ".".join([package, *relative.parts])
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        entry = known.get(module)
        yield entry if entry and entry.sha256 == digest else _declared(module, digest, relative)


def write(package: str) -> Path:
    """Make a package's manifest anew; return its path."""
    path = _folder(package) / FILE
    path.unlink(missing_ok=True)
    made = [entry.model_dump() for entry in entries(package)]
    path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def load(module: str) -> Tool:
    """Import a tool's file and return the one tool it declares. Raises ValueError."""
    namespace = vars(importlib.import_module(module))
    tools = [
        value
        for value in namespace.values()
        if isinstance(value, Tool) and value.run.__module__ == module
    ]
    if len(tools) != 1:
        raise ValueError(f"{module} declares {len(tools)} tools; a tool file declares one")
    return tools[0]


def _declared(module: str, digest: str, relative: Path) -> Entry:
    tool = load(module)
    if tool.room != relative.parts[0]:
        raise ValueError(f"{module} declares {tool.name}, which is not of its room")
    return Entry(
        module=module,
        sha256=digest,
        name=tool.name,
        title=dict(tool.title),
        effect=tool.effect.value,
        cost=tool.cost.value,
        permission=tool.permission.name or "",
    )


def _folder(package: str) -> Path:
    spec = importlib.import_module(package)
    return Path(next(iter(pkgutil.extend_path(spec.__path__, package))))


def _read(path: Path) -> dict[str, Entry]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {entry.module: entry for entry in map(Entry.model_validate, raw)}
