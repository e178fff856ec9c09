"""A program of its own: give up root, keep at most one capability, become another program.

    python -I -S privileges.py UID GID CAPABILITY PROGRAM ARGUMENT...

PostgreSQL refuses to run as root. Where its files lie below a folder that only root may pass
(such as `/root`), the ambient capability to pass folders goes with it (capabilities(7)); -1 is
none. It is a program because what runs between fork and exec must not be Python of a process with
threads.
"""

import ctypes
import os
import sys

_SET_KEEP_CAPABILITIES = 8
_AMBIENT, _AMBIENT_RAISE = 47, 2
_CAPABILITY_VERSION_3 = 0x20080522
_MASKS = 6
"""Effective, permitted, inheritable: for the capabilities 0-31, and again for 32-63."""


def become(user: int, group: int, capability: int, command: list[str]) -> None:
    """Replace this process. Raises OSError when the kernel does not allow it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if capability >= 0:
        _check(libc.prctl(_SET_KEEP_CAPABILITIES, 1, 0, 0, 0))
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    if capability >= 0:
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        mask = 1 << capability
        data = (ctypes.c_uint32 * _MASKS)(mask, mask, mask, 0, 0, 0)
        _check(libc.capset(header, data))
        _check(libc.prctl(_AMBIENT, _AMBIENT_RAISE, capability, 0, 0))
    os.execv(command[0], command)  # noqa: S606 - becoming it is the point


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
