"""The embedded PostgreSQL: started, found again, stopped; reached by its own socket only.

    server = EmbeddedServer(home)
    urls = server.start()      # makes it the first time, finds it when it still runs
    server.stop()

One process at a time runs the server of a home; the lock says which. When that process is killed,
the server goes on, and the next start finds it.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import psutil
import psycopg
from psycopg import sql

from morello.kernel.clock import SystemClock
from morello.kernel.errors import Unavailable
from morello.storage.postgres.embedded.account import Account
from morello.storage.postgres.embedded.cluster import APP, ENVIRONMENT, OWNER, SUPERUSER, Cluster
from morello.storage.postgres.postmaster import (
    clear_remains,
    cluster_name,
    find_postmaster,
    is_alive,
)
from morello.storage.postgres.urls import Urls

__all__ = ["DATABASE", "EmbeddedServer", "Urls"]

DATABASE = "morello"
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
LOCK_TIMEOUT_S = 10.0
_LAUNCHES_MAX = 3
_POLL_S = 0.02
_LOG_BYTES_MAX = 16 << 20
_LOG_TAIL_BYTES = 4096
_SHARED_MEMORY_BYTES_MIN = 256 << 20

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",  # the socket only; there is no TLS
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "1GB",
    "wal_compression": "pglz",
    "synchronous_commit": "on",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",  # two cores, short statements
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
    "log_parameter_max_length_on_error": "0",
}
"""For two cores; what differs from PostgreSQL's own choice."""


class EmbeddedServer:
    """The PostgreSQL of one home folder. Blocks; not for the event loop."""

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        """Take the home folder and settings of PostgreSQL that differ from ours."""
        self._folder = home.absolute() / "postgres"
        self._log = home.absolute() / "logs" / "postgres.log"
        self._settings = {**SETTINGS, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: BinaryIO | None = None

    def start(self, timeout_s: float = START_TIMEOUT_S) -> Urls:
        """Start or find the server and wait until it answers; return its URLs.

        Called again it mends what has died since. Raises Unavailable.
        """
        locked_before = self._lock is not None
        try:
            return self._started(self._prepare(), timeout_s)
        except BaseException:
            if not locked_before:
                self._unlock()
            raise

    def _started(self, cluster: Cluster, timeout_s: float) -> Urls:
        if not cluster.is_made:
            cluster.make()
        for _ in range(_LAUNCHES_MAX):
            if find_postmaster(cluster.data) is None:
                clear_remains(cluster.data)
                self._launch(cluster)
            if self._has_welcomed(cluster, timeout_s):
                return self.urls()
        raise self._failure("postgres_start")

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """End every connection and stop what was started here; what was committed is kept.

        Raises Unavailable when it does not stop in time.
        """
        if self._lock is None:
            return
        postmaster = find_postmaster(self._folder / "data")
        if postmaster is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                postmaster.send_signal(signal.SIGINT)  # "fast shutdown"
            self._await_end(postmaster, timeout_s)
            Cluster(self._folder, Account.of_server()).remove_socket_folder()
        self._reap()
        self._unlock()

    def is_running(self) -> bool:
        """Tell whether the server's process lives."""
        self._reap()
        return find_postmaster(self._folder / "data") is not None

    def urls(self) -> Urls:
        """Return the URLs without starting anything. Raises Unavailable if it was never made."""
        cluster = Cluster(self._folder, Account.of_server())
        if not cluster.is_made:
            raise Unavailable("postgres_passwords", path=str(self._folder))
        passwords, folder = cluster.passwords(), cluster.socket_folder
        return Urls(
            *(
                f"postgresql://{who}:{passwords[who]}@/{DATABASE}?host={folder}"
                for who in (OWNER, APP)
            )
        )

    def _prepare(self) -> Cluster:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._log.parent.mkdir(mode=0o700, exist_ok=True)
            self._take_lock()
        except OSError as error:
            raise Unavailable(
                "postgres_made", path=str(self._folder), problem=error.strerror or ""
            ) from error
        return Cluster(self._folder, Account.of_server())

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        stream = (self._folder / "lock").open("ab")
        clock = SystemClock()
        deadline = clock.monotonic() + LOCK_TIMEOUT_S
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if clock.monotonic() > deadline:
                    stream.close()
                    raise Unavailable("postgres_locked", path=str(self._folder.parent)) from None
                time.sleep(_POLL_S)
            else:
                self._lock = stream
                return

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _launch(self, cluster: Cluster) -> None:
        binaries = cluster.binaries()
        cluster.make_socket_folder()
        settings = {
            **self._settings,
            "unix_socket_directories": str(cluster.socket_folder),
            "cluster_name": cluster_name(cluster.data),
        }
        settings.setdefault("dynamic_shared_memory_type", _shared_memory())
        command = cluster.account.command(
            binaries.program("postgres"),
            "-D",
            str(cluster.data),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            reaching=(cluster.data, binaries.folder),
        )
        if self._log.exists() and self._log.stat().st_size > _LOG_BYTES_MAX:
            self._log.replace(self._log.with_suffix(".log.1"))
        self._reap()
        with self._log.open("ab") as log:
            self._log.chmod(0o600)
            self._process = subprocess.Popen(  # noqa: S603 - our own programs and paths
                command,
                env=ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to pass on
            )

    def _has_welcomed(self, cluster: Cluster, timeout_s: float) -> bool:
        """Wait until the server lets its superuser in, and see to its logins and database.

        Return False when it ended instead: found in its last moments, or unable to begin.
        """
        clock = SystemClock()
        deadline = clock.monotonic() + timeout_s
        passwords = cluster.passwords()
        while True:
            try:
                with psycopg.connect(
                    host=str(cluster.socket_folder),
                    dbname="postgres",
                    user=SUPERUSER,
                    password=passwords[SUPERUSER],
                    autocommit=True,
                    connect_timeout=5,
                ) as connection:
                    _make_logins(connection, passwords)
            except psycopg.OperationalError as error:
                self._reap()
                if find_postmaster(cluster.data) is None and self._process is None:
                    return False
                if clock.monotonic() > deadline:
                    raise self._failure("postgres_slow") from error
                time.sleep(_POLL_S)
            else:
                return True

    def _failure(self, case: str) -> Unavailable:
        with self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - _LOG_TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines[-1:]
        problem = fatal[-1] if fatal else ""
        if "No space left on device" in problem:
            case = "postgres_disk_full"
        return Unavailable(case, path=str(self._log), problem=problem)

    def _await_end(self, postmaster: psutil.Process, timeout_s: float) -> None:
        clock = SystemClock()
        deadline = clock.monotonic() + timeout_s
        while is_alive(postmaster):
            if clock.monotonic() > deadline:
                raise self._failure("postgres_stop")
            time.sleep(_POLL_S)

    def _reap(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._process = None


def _shared_memory() -> str:
    """Choose where parallel work shares memory: containers often have little at `/dev/shm`."""
    try:
        found = os.statvfs("/dev/shm")  # noqa: S108 - only asked how large it is
    except OSError:
        return "mmap"
    return "posix" if found.f_blocks * found.f_frsize >= _SHARED_MEMORY_BYTES_MIN else "mmap"


def _make_logins(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the owner, the app's login and the database where they are missing."""
    found = {name for (name,) in connection.execute("select rolname from pg_roles")}
    for name, rights in ((OWNER, sql.SQL("createrole createdb")), (APP, sql.SQL(""))):
        if name not in found:
            verifier = connection.pgconn.encrypt_password(
                passwords[name].encode(), name.encode(), b"scram-sha-256"
            )
            connection.execute(
                sql.SQL("create role {} login nosuperuser nobypassrls {} password {}").format(
                    sql.Identifier(name), rights, sql.Literal(verifier.decode())
                )
            )
    if not connection.execute(
        "select 1 from pg_database where datname = %s", (DATABASE,)
    ).fetchone():
        connection.execute(
            sql.SQL("create database {} owner {}").format(
                sql.Identifier(DATABASE), sql.Identifier(OWNER)
            )
        )
