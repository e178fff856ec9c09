"""The terminal: answers go to standard output, everything else to standard error."""

import functools
import io
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from morello.kernel.errors import MorelloError
from morello.kernel.messages import Message, render

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_PIPED_WIDTH = 10_000
"""Nothing is wrapped for a program that reads along."""

_CONTROLS = {
    code: f"\\x{code:02x}"
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if code not in (0x09, 0x0A)
}
"""A file's cells may hold sequences that move the cursor; shown, they are harmless."""


def harmless(text: str) -> str:
    """Return a text with its control characters written out."""
    return text.translate(_CONTROLS)


class Terminal:
    """Prints messages in one language. Colours only where they are wanted (`NO_COLOR`, pipes)."""

    def __init__(self, language: str, *, quiet: bool = False) -> None:
        self.language = language
        self.quiet = quiet

    @functools.cached_property
    def out(self) -> "Console":
        """Standard output."""
        return _console(stderr=False)

    @functools.cached_property
    def err(self) -> "Console":
        """Standard error."""
        return _console(stderr=True)

    def words(self, identifier: str, /, **parameters: Any) -> str:
        """Return a text of the catalog, filled in."""
        return render(Message(id=identifier, parameters=parameters), self.language)

    def say(
        self, identifier: str, /, *, style: str = "", indent: int = 0, **parameters: Any
    ) -> None:
        """Print a text of the catalog as an answer."""
        self.line(self.words(identifier, **parameters), style=style, indent=indent)

    def line(self, text: str = "", *, style: str = "", aside: str = "", indent: int = 0) -> None:
        """Print a line of an answer, perhaps with an aside; what wraps stays indented."""
        _print(self.out, text, style=style, aside=aside, indent=indent)

    def item(self, mark: str, text: str, *, aside: str = "", indent: int = 2) -> None:
        """Print an item of a list; what wraps stays right of its mark."""
        if not self.out.is_terminal:
            self.line(f"{mark} {text}", aside=aside, indent=indent)
            return
        from rich.table import Table  # noqa: PLC0415 - only what prints a list pays for it
        from rich.text import Text  # noqa: PLC0415 - the same

        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(Text(" " * indent + mark), _text(text, aside=aside))
        self.out.print(grid)

    def note(self, identifier: str, /, *, style: str = "dim", **parameters: Any) -> None:
        """Print something beside the answer, unless it should be quiet."""
        if not self.quiet:  # unwrapped: a path or a key is there to be copied
            said = _text(self.words(identifier, **parameters), style=style)
            self.err.print(said, soft_wrap=True)

    def error(self, error: MorelloError) -> None:
        """Print what went wrong and what to do about it."""
        _print(self.err, render(error.message, self.language), style="bold red")
        _print(self.err, render(error.next_step, self.language))

    def problem(self, identifier: str, /, **parameters: Any) -> None:
        """Print a text of the catalog beside the answer, however quiet it should be."""
        _print(self.err, self.words(identifier, **parameters))

    def raw(self, text: str) -> None:
        """Print text for a program: as it is, never wrapped or coloured."""
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")

    def flush(self) -> None:
        """Have what was printed be seen, for who goes on working."""
        sys.stdout.flush()

    def columns(self, rows: Iterable[tuple[str, str]]) -> None:
        """Print names with what they mean beside them."""
        from rich.table import Table  # noqa: PLC0415 - only what prints a table pays for it
        from rich.text import Text  # noqa: PLC0415 - the same

        table = Table(box=None, show_header=False, padding=(0, 2), pad_edge=True)
        table.add_column(style="cyan", no_wrap=True)
        table.add_column(overflow="fold")
        for name, meaning in rows:
            table.add_row(Text(harmless(name)), Text(harmless(meaning)))
        if table.row_count:
            self.out.print(table)

    def table(
        self, headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()
    ) -> None:
        """Print a table; `right` are the columns that hold numbers."""
        from rich import box  # noqa: PLC0415 - only what prints a table pays for it
        from rich.table import Table  # noqa: PLC0415 - the same
        from rich.text import Text  # noqa: PLC0415 - the same

        table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
        for index, heading in enumerate(headings):
            table.add_column(Text(harmless(heading)), overflow="fold")
            table.columns[index].justify = "right" if index in right else "left"
        for row in rows:
            table.add_row(*(Text(harmless(cell)) for cell in row))
        self.out.print(table)


def _text(text: str, *, style: str = "", aside: str = "") -> "Text":
    from rich.text import Text  # noqa: PLC0415 - rich is loaded by the first line printed

    shown = Text(harmless(text), style=style)
    if aside:
        shown.append(f"  {harmless(aside)}", style="dim")
    return shown


def _print(
    console: "Console", text: str, *, style: str = "", aside: str = "", indent: int = 0
) -> None:
    from rich.padding import Padding  # noqa: PLC0415 - rich is loaded by the first line printed
    from rich.text import Text  # noqa: PLC0415 - the same

    shown = _text(text, style=style, aside=aside)
    if indent and console.is_terminal:
        console.print(Padding(shown, (0, 0, 0, indent), expand=False))
    else:
        console.print(Text(" " * indent) + shown)


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console as RichConsole  # noqa: PLC0415 - rich is loaded by the first line printed

    class _Console(RichConsole):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _PIPED_WIDTH
    return _Console(stderr=stderr, width=width, highlight=False, emoji=False, markup=False)


def be_forgiving() -> None:
    """Let a terminal that cannot show a character show its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
