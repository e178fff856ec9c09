"""Who may do what: permissions as bits, roles as masks, scopes as name patterns."""

import enum
import fnmatch
from collections.abc import Iterable


class Permission(enum.IntFlag):
    """One right. A tool asks for exactly one."""

    ENTER = enum.auto()  # sign in, redeem a link, accept an invitation: also for those unknown
    VERIFY = enum.auto()  # check a proof
    READ_CATALOG = enum.auto()  # know which datasets and tools there are
    READ_DATA = enum.auto()  # see rows
    QUERY_DATA = enum.auto()  # ask in SQL
    ANALYZE = enum.auto()  # run analyses, train and score models
    WRITE_DATA = enum.auto()  # import and append
    DELETE_DATA = enum.auto()  # remove datasets
    READ_AUDIT = enum.auto()  # follow the audit trail
    APPROVE = enum.auto()  # decide on other people's requests
    MANAGE_ACCESS = enum.auto()  # people, roles, keys
    MANAGE_ORGANIZATION = enum.auto()  # its settings
    MANAGE_INSTALLATION = enum.auto()  # organizations, health


class Role(enum.StrEnum):
    """The five roles, from the most to the least powerful."""

    SUPER_ADMIN = "super_admin"
    ORG_ADMIN = "org_admin"
    DATA_SCIENTIST = "data_scientist"
    VIEWER = "viewer"
    GUEST = "guest"


FOR_ANYBODY = Permission.ENTER | Permission.VERIFY
"""What takes no credential: whoever calls it is nobody we know yet."""

_GUEST = FOR_ANYBODY | Permission.READ_CATALOG
_VIEWER = _GUEST | Permission.READ_DATA
_DATA_SCIENTIST = (
    _VIEWER
    | Permission.QUERY_DATA
    | Permission.ANALYZE
    | Permission.WRITE_DATA
    | Permission.DELETE_DATA
)
_ORG_ADMIN = (
    _DATA_SCIENTIST
    | Permission.READ_AUDIT
    | Permission.APPROVE
    | Permission.MANAGE_ACCESS
    | Permission.MANAGE_ORGANIZATION
)

RIGHTS: dict[Role, Permission] = {
    # Held in the installation's own organization alone: its people, its audit trail. Looking into
    # an organization's data takes a break-glass session, not this role.
    Role.SUPER_ADMIN: _GUEST
    | Permission.READ_AUDIT
    | Permission.MANAGE_ACCESS
    | Permission.MANAGE_INSTALLATION,
    Role.ORG_ADMIN: _ORG_ADMIN,
    Role.DATA_SCIENTIST: _DATA_SCIENTIST,
    Role.VIEWER: _VIEWER,
    Role.GUEST: _GUEST,
}


_BITS = {role: rights.value for role, rights in RIGHTS.items()}
"""As plain numbers: every call asks twice, and flags take a microsecond to combine."""


def allows(role: Role, permission: Permission) -> bool:
    """Tell whether a role holds a permission."""
    return bool(_BITS[role] & permission.value)


def in_scope(tool: str, scopes: Iterable[str] | None) -> bool:
    """Tell whether a tool's name is within scopes such as `data.*`; None is no limit."""
    return scopes is None or any(fnmatch.fnmatchcase(tool, scope) for scope in scopes)
