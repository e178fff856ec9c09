"""Passwords: argon2id (RFC 9106), checked in a few threads so that nobody else waits."""

import asyncio
import concurrent.futures
import functools
from collections.abc import Callable
from typing import TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from morello.kernel.errors import Busy, InvalidInput

LENGTH_MIN = 12
LENGTH_MAX = 256
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
_THREADS_MAX = 2
_WAITING_MAX = 64
_RETRY_AFTER_S = 2.0

Answer = TypeVar("Answer")


class Passwords:
    """Hashes and checks passwords. A missing one takes as long as a wrong one."""

    needs_server = True

    def __init__(self) -> None:
        self._hasher = argon2.PasswordHasher(PASSES, MEMORY_KIB, LANES)
        self._threads = concurrent.futures.ThreadPoolExecutor(_THREADS_MAX, "password")
        self._waiting = 0

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        """Return what to keep. Raises InvalidInput for one too short or too long, and Busy."""
        if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
            raise InvalidInput("password", length_min=LENGTH_MIN, length_max=LENGTH_MAX)
        return await self.rehash(password)

    async def rehash(self, password: str) -> str:
        """Return what to keep of a password that was good enough once. Raises Busy."""
        return await self._in_thread(functools.partial(self._hasher.hash, password))

    async def matches(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the kept one; without one, after as long as that takes.

        Raises Busy when too many wait.
        """
        known = kept or self._nobodys
        matches = await self._in_thread(functools.partial(self._check, known, password))
        return matches and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether it was hashed with less than we would take now."""
        return self._hasher.check_needs_rehash(kept)

    @functools.cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody's")

    def _check(self, kept: str, password: str) -> bool:
        if len(password) > LENGTH_MAX:
            return False
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        if self._waiting >= _WAITING_MAX:
            raise Busy("passwords", retry_after_s=_RETRY_AFTER_S)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
