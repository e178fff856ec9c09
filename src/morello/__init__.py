"""Morello: the AI analyst that can prove its answers.

    import morello

    r = morello.analyze("sales.parquet")
    r.insights
    r.receipt.verify()

Importing costs nothing; what is needed is loaded by the first call.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from morello.face.verbs import analyze, call, close, list_tools
    from morello.kernel.errors import MorelloError

__all__ = ["MorelloError", "__version__", "analyze", "call", "close", "list_tools"]

_HOMES = {
    "MorelloError": "morello.kernel.errors",
    "analyze": "morello.face.verbs",
    "call": "morello.face.verbs",
    "close": "morello.face.verbs",
    "list_tools": "morello.face.verbs",
}
__version__: str


def __getattr__(name: str) -> Any:
    import importlib  # noqa: PLC0415 - importing the package stays free

    if name == "__version__":
        from importlib import metadata  # noqa: PLC0415 - the same

        return metadata.version("morello")
    if name not in _HOMES:
        raise AttributeError(f"module 'morello' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
