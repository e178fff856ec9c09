"""Origins: the name of each log, and of the key that may sign it.

A server's organization has one log for ever, `<host>/<organization>`, and its key bears that name.
In local mode every run begins an empty log, and a log must never sign two histories under one
origin: so each run is `morello.local/<organization>/<run>`, signed by a key whose name leaves the
run out. A key may sign for its own name and for what lies beneath it.
"""

import uuid

LOCAL_HOST = "morello.local"
"""Where a key belongs to one machine, and nobody else vouches for what it signs."""


def key_name(host: str, organization_id: uuid.UUID) -> str:
    """Return the name of the key that signs an organization's logs."""
    return f"{host}/{organization_id}"


def key_name_of(origin: str) -> str:
    """Return the name of the key that an origin of ours has to be signed by."""
    return "/".join(origin.split("/")[:2])


def may_sign(name: str, origin: str) -> bool:
    """Tell whether a key of this name speaks for a log of this origin."""
    return origin == name or origin.startswith(f"{name}/")


def is_local(name: str) -> bool:
    """Tell whether a key or a log belongs to one machine."""
    return name.startswith(f"{LOCAL_HOST}/")
