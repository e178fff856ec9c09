"""Write a tool that runs at once: `make new-tool room.verb`. Nothing else needs an edit."""

import builtins
import keyword
import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
TOOLS = CHECKOUT / "src" / "morello" / "tools"
_NAME = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)")

TEMPLATE = '''\
"""`{name}`: counts the rows of a dataset; say here what yours does."""

from pydantic import BaseModel, Field

from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Uses, tool
from morello.kernel.values import DataRef


class {noun}Request(BaseModel):
    """What is asked."""

    data: DataRef = Field(description="Dataset to count, such as `orders`.")


class {noun}Result(BaseModel):
    """What is answered."""

    rows: int = Field(description="Rows in the version that was read.")


@tool(
    "{name}",
    title={{"en": "Count the rows of a dataset.", "ko": "데이터셋의 행 수를 셉니다."}},
    permission=Permission.READ_DATA,
    uses=lambda request: Uses(data=(request.data,)),
    example={{"data": "orders"}},
)
async def {function}(request: {noun}Request, context: Context) -> {noun}Result:
    """Count the rows of the pinned version."""
    return {noun}Result(rows=context.pin(request.data).rows)
'''


def new_tool(name: str, folder: Path = TOOLS) -> Path:
    """Write the file of a tool; return its path. Raises ValueError for a name that cannot be."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"'{name}' is no name for a tool; try: make new-tool data.count")
    room, verb = match.groups()
    if keyword.iskeyword(room):
        raise ValueError(f"'{room}' is a word that Python keeps for itself")
    taken = keyword.iskeyword(verb) or hasattr(builtins, verb)
    function = f"{verb}_" if taken else verb
    path = folder / room / f"{function}.py"
    if path.exists():
        raise ValueError(f"{path} exists already")
    path.parent.mkdir(parents=True, exist_ok=True)
    opening = path.parent / "__init__.py"
    if not opening.exists():
        opening.write_text(f'"""Tools of the room `{room}`."""\n', encoding="utf-8")
    noun = "".join(word.capitalize() for word in verb.split("_"))
    path.write_text(TEMPLATE.format(name=name, function=function, noun=noun), encoding="utf-8")
    return path


def main(name: str) -> int:
    """Write the tool, draw the generated files anew, and say what to do next."""
    try:
        path = new_tool(name)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    subprocess.run([sys.executable, Path(__file__).with_name("make_docs.py")], check=True)
    print(f"Wrote {path.relative_to(CHECKOUT)}. It runs already:")
    print(f"  uv run morello call {name} --with sample:orders --data orders")
    print(f"Test it alone: .venv/bin/python -m pytest tests/contract/tools -k {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
