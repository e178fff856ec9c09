"""Entering: the part of signing in that is the person's own call, made by our own code alone."""

from morello.kernel.context import Context
from morello.kernel.errors import Forbidden
from morello.kernel.principal import Kind, Principal


def check_entering(context: Context) -> None:
    """See to it that a tool is called from within another, for somebody recognized just now.

    Whoever came through a door is nobody yet, or came with a credential: neither passes, however
    deep they call. Raises Forbidden.
    """
    principal = context.principal
    recognized = principal.kind is Kind.PERSON and principal.credential_id is None
    if context.depth == 0 or not recognized:
        raise Forbidden("inside", tool=context.tool)


def check_person(context: Context) -> None:
    """See to it that a person is there, not a program with a key or a narrower token.

    For what gives a whole session or password. Raises Forbidden.
    """
    if context.principal.kind is not Kind.PERSON or context.principal.scopes is not None:
        raise Forbidden("person", tool=context.tool)


def as_recognized(context: Context, principal: Principal) -> Context:
    """Return the context in which somebody comes in, who was recognized just now.

    Coming in takes nobody's approval, whatever else of theirs does.
    """
    return context.as_(principal.model_copy(update={"approval_for": frozenset()}))
