import os
import subprocess
import sys

import pytest

from morello.storage.postgres.embedded import privileges

NOBODY = 65534


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has what can be given up")
@pytest.mark.parametrize(("capability", "kept"), [("-1", 0), ("2", 1 << 2)])
def test_a_program_keeps_one_capability_or_none(capability: str, kept: int) -> None:
    me = [sys.executable, "-I", "-S", str(privileges.__file__), str(NOBODY), str(NOBODY)]
    command = [*me, capability, "/bin/cat", "/proc/self/status"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own
    for sort in ("Prm", "Eff", "Amb"):
        assert f"Cap{sort}:\t{kept:016x}" in told
    for sort in ("Uid", "Gid"):
        assert f"{sort}:\t" + "\t".join([str(NOBODY)] * 4) in told
    assert "Groups:\t \n" in told
