"""The account that PostgreSQL runs as: ours, or an unprivileged one where we are root."""

import dataclasses
import os
import pwd
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from morello.kernel.errors import Unavailable

_NAMES = ("morello", "postgres", "nobody")
"""Whom root runs it as: the first that the machine has."""
_CAPABILITIES = (2, 1)
"""With which folders can be passed: CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE (capabilities(7))."""
_NO_CAPABILITY = -1
_PASS = 0o001
_PRIVILEGES = Path(__file__).with_name("privileges.py")


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """Who runs a program; `user` is None for ourselves."""

    user: int | None = None
    group: int | None = None

    @classmethod
    def of_server(cls) -> Self:
        """Return ourselves, or an unprivileged account when we are root. Raises Unavailable."""
        if os.geteuid() != 0:
            return cls()
        for name in _NAMES:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise Unavailable("postgres_account", names=", ".join(_NAMES))

    def own(self, path: Path) -> None:
        """Make a file or folder this account's."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group, follow_symlinks=False)

    def owns(self, path: Path) -> bool:
        """Tell whether a file or folder, not a link to one, is this account's."""
        user = os.geteuid() if self.user is None else self.user
        return path.lstat().st_uid == user

    def command(self, program: str, *arguments: str, reaching: Iterable[Path]) -> list[str]:
        """Return what to execute so that `program` runs as this account.

        It is let through the folders above the paths `reaching`. Raises Unavailable if it cannot.
        """
        command = [program, *arguments]
        if self.user is None:
            return command
        closed = next((above for path in reaching for above in _closed_above(path)), None)
        capability = _NO_CAPABILITY if closed is None else _capability(closed)
        runner = [sys.executable, "-I", "-S", str(_PRIVILEGES)]
        return [*runner, str(self.user), str(self.group), str(capability), *command]


def _closed_above(path: Path) -> Iterable[Path]:
    """Yield the folders above a path that not everybody may pass."""
    for above in path.resolve().parents:
        if not above.stat().st_mode & _PASS:
            yield above


def _capability(closed: Path) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapPrm:"):
            permitted = int(line.split()[1], 16)
            for capability in _CAPABILITIES:
                if permitted >> capability & 1:
                    return capability
    raise Unavailable("postgres_closed", path=str(closed))
