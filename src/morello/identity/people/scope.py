"""Scopes: name patterns of the tools that a key or token may call."""

from typing import Annotated

from pydantic import Field, StringConstraints

SCOPES_MAX = 100

Scope = Annotated[
    str,
    StringConstraints(
        pattern=r"^(\*|[a-z][a-z0-9_]*\.(\*|[a-z][a-z0-9_]*))$",
        max_length=100,
    ),
]
"""A tool (`data.query`), a room (`data.*`), or everything (`*`)."""

Scopes = Annotated[list[Scope], Field(max_length=SCOPES_MAX)] | None
"""Patterns; None is every tool of the role."""
