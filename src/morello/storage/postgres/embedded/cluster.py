"""The files of the embedded PostgreSQL: its data folder, and the passwords of its logins.

postgres/
├── data/            made whole or not at all
├── socket/          0700, unless its path would be too long for one
├── lock             held by whoever runs the server
└── passwords.json   0600
"""

import contextlib
import dataclasses
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path

from morello.kernel.errors import Unavailable
from morello.storage.disk import is_disk_full
from morello.storage.postgres.embedded.account import Account
from morello.storage.postgres.embedded.binaries import Binaries, find_binaries

SUPERUSER, OWNER, APP = "postgres", "morello_owner", "morello_login"
_PASSWORD_BYTES = 32
_INITDB_TIMEOUT_S = 300
_PROBLEM_LENGTH_MAX = 500
_SOCKET_FOLDER_BYTES_MAX = 80
"""A socket's path has 107 bytes at most on Linux and 103 on macOS; its name takes 19."""
_SOCKET_FOLDER = re.compile(r"[\w/.-]+", re.ASCII)
"""Nothing that a list of folders or a URL would have to quote."""
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""All that PostgreSQL learns of our environment, which may hold secrets and PG* variables."""


@dataclasses.dataclass(frozen=True, slots=True)
class Cluster:
    """A folder with one PostgreSQL in it, run by one account."""

    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def is_made(self) -> bool:
        """Whether the data folder is there."""
        return (self.data / "PG_VERSION").exists()

    def binaries(self) -> Binaries:
        """Return the programs that fit the data folder. Raises Unavailable."""
        if not self.is_made:
            return find_binaries()
        return find_binaries(int((self.data / "PG_VERSION").read_text(encoding="ascii")))

    @property
    def socket_folder(self) -> Path:
        """Where the server's socket is, the same each time.

        It is beside the data unless the path is too long or odd; then it is named for it.
        """
        folder = self.folder / "socket"
        path = str(folder)
        if len(os.fsencode(path)) <= _SOCKET_FOLDER_BYTES_MAX and _SOCKET_FOLDER.fullmatch(path):
            return folder
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path("/tmp") / f"morello-{name}"  # noqa: S108 - checked when it is made

    def make_socket_folder(self) -> None:
        """See to it that the folder is there and private. Raises Unavailable when it is not."""
        folder = self.socket_folder
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            self.account.own(folder)
        if folder.is_symlink() or not self.account.owns(folder) or folder.stat().st_mode & 0o077:
            raise Unavailable("postgres_socket", path=str(folder))

    def remove_socket_folder(self) -> None:
        """Remove the folder, unless something is in it."""
        with contextlib.suppress(OSError):
            self.socket_folder.rmdir()

    def passwords(self) -> dict[str, str]:
        """Return the password of each login, made with the cluster. Raises Unavailable."""
        path = self.folder / "passwords.json"
        if not path.exists():
            if self.is_made:
                raise Unavailable("postgres_passwords", path=str(path))
            made = {
                name: secrets.token_urlsafe(_PASSWORD_BYTES) for name in (SUPERUSER, OWNER, APP)
            }
            part = path.with_suffix(".part")
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                json.dump(made, stream)
                stream.flush()
                os.fsync(stream.fileno())
            part.rename(path)
        passwords: dict[str, str] = json.loads(path.read_text(encoding="ascii"))
        return passwords

    def make(self) -> None:
        """Make the data folder, with checksums, in UTF-8, whatever the machine's locale is.

        Half of one that was interrupted is removed. Raises Unavailable.
        """
        part, password = self.folder / "data.part", self.folder / "password.part"
        shutil.rmtree(part, ignore_errors=True)
        password.unlink(missing_ok=True)
        try:
            part.mkdir(mode=0o700)
            password.touch(mode=0o600)
            self.account.own(part)
            self.account.own(password)
            password.write_text(self.passwords()[SUPERUSER], encoding="ascii")
            self._initdb(part, password)
            part.rename(self.data)
        except OSError as error:
            case = "postgres_disk_full" if is_disk_full(error) else "postgres_made"
            raise Unavailable(case, path=str(part), problem=error.strerror or "") from error
        finally:
            password.unlink(missing_ok=True)

    def _initdb(self, data: Path, password: Path) -> None:
        binaries = find_binaries()
        command = self.account.command(
            binaries.program("initdb"),
            f"--pgdata={data}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-locale",
            "--data-checksums",
            "--no-instructions",
            reaching=(data, binaries.folder),
        )
        try:
            subprocess.run(  # noqa: S603 - our own programs and paths
                command,
                check=True,
                env=ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_INITDB_TIMEOUT_S,
            )
        except subprocess.SubprocessError as error:
            said = (getattr(error, "output", None) or b"").decode(errors="replace")
            full = "No space left on device" in said
            shutil.rmtree(data, ignore_errors=True)
            raise Unavailable(
                "postgres_disk_full" if full else "postgres_made",
                path=str(data),
                problem=said[-_PROBLEM_LENGTH_MAX:].strip(),
            ) from error
