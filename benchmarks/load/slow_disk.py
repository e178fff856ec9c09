"""A disk that takes its time to sync: PostgreSQL with fsync and fdatasync that wait before they do.

The two functions are wrapped by a small library that the dynamic linker loads first. It needs a C
compiler; without one there is no such disk, and whoever asked has to say so.
"""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from morello.storage.postgres.embedded.cluster import ENVIRONMENT
from morello.storage.postgres.migrate import migrate
from morello.storage.postgres.server import EmbeddedServer, Urls

_SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int waited(const char *name, int file) {
    usleep(WAIT_US);
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(file);
}
int fsync(int file) { return waited("fsync", file); }
int fdatasync(int file) { return waited("fdatasync", file); }
"""


def can_be_made() -> bool:
    """Tell whether there is a C compiler."""
    return shutil.which("cc") is not None


@contextlib.contextmanager
def slow_postgres(home: Path, sync_ms: float) -> Iterator[Urls]:
    """Run a migrated PostgreSQL in `home` whose every sync takes that much longer."""
    home.mkdir(parents=True, exist_ok=True)
    library = _compiled(home, round(sync_ms * 1000))
    server = EmbeddedServer(home)
    migrate(server.start())  # at full speed
    server.stop()
    assert isinstance(ENVIRONMENT, dict), "what PostgreSQL's processes are started with"
    ENVIRONMENT["LD_PRELOAD"] = str(library)
    try:
        server = EmbeddedServer(home)
        yield server.start()
    finally:
        del ENVIRONMENT["LD_PRELOAD"]
        server.stop()


def _compiled(folder: Path, wait_us: int) -> Path:
    """Make the library, readable to the user that PostgreSQL runs as."""
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(_SOURCE)
    options = ["-shared", "-fPIC", "-O2", f"-DWAIT_US={wait_us}", "-ldl"]
    subprocess.run(["cc", str(source), "-o", str(library), *options], check=True)
    folder.chmod(0o755)
    library.chmod(0o755)
    return library
