"""Draw everything that comes from the declarations: reference pages, manifest, schemas.

.venv/bin/python scripts/make_docs.py            (`make docs`)
.venv/bin/python scripts/make_docs.py FOLDER     (only the pages, there: to compare)
"""

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from reference import tools, words

from morello.kernel.messages import in_language
from morello.kernel.tool import Tool
from morello.pipeline.providers import manifest

CHECKOUT = Path(__file__).parent.parent
REFERENCE = CHECKOUT / "docs" / "reference"
SCHEMAS = CHECKOUT / "tests" / "contract" / "tools" / "schemas"
PACKAGE = "morello.tools"


def main(folder: Path | None) -> None:
    """Write the pages, and without a folder the manifest and the schemas too."""
    if folder is None:
        manifest.write(PACKAGE)
    found = [manifest.load(entry.module) for entry in manifest.entries(PACKAGE)]
    write_pages(found, folder or REFERENCE)
    if folder is None:
        write_schemas(found, SCHEMAS)
        print(f"{len(found)} tools: docs/reference, the manifest and the schemas are fresh.")


def write_pages(found: Sequence[Tool], folder: Path) -> None:
    """Write docs/reference anew."""
    shutil.rmtree(folder / "tools", ignore_errors=True)
    (folder / "tools").mkdir(parents=True)
    for name, text in tools.pages(found):
        (folder / "tools" / name).write_text(text, encoding="utf-8")
    for name, text in words.pages():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(_index(found), encoding="utf-8")


def write_schemas(found: Sequence[Tool], folder: Path) -> None:
    """Write each tool's input and output schema, and forget those of tools that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        path.unlink()
    for each in found:
        schemas = {
            "input": each.input.model_json_schema(),
            "output": each.output.model_json_schema(mode="serialization"),
        }
        text = json.dumps(schemas, indent=1, ensure_ascii=False, sort_keys=True)
        (folder / f"{each.name}.json").write_text(text + "\n", encoding="utf-8")


def _index(found: Sequence[Tool]) -> str:
    lines = [
        "# Reference",
        "",
        "Drawn from the declarations by `make docs`; a test says when it is stale.",
        "",
        "[Errors](errors.md) · [Messages](messages.md) · [Settings](settings.md)",
        "",
        "| tool | what it does | effect |",
        "|---|---|---|",
    ]
    lines += [
        f"| [`{each.name}`](tools/{each.room}.md#{each.name.replace('.', '')}) "
        f"| {in_language(each.title, 'en')} | {each.effect.value} |"
        for each in sorted(found, key=lambda each: each.name)
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
