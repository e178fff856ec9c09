"""Two API processes at one port are one server to those who ask."""

import time
from pathlib import Path

import httpx
import pytest

from .conftest import Person, Up

pytestmark = pytest.mark.slow

CONNECTIONS = 24


def answers(up: Up, key: str) -> list[int]:
    """Ask over new connections, so that each process is asked by some of them."""
    headers = {"Authorization": f"Bearer {key}"}
    return [
        httpx.get(f"{up.url}/api/tools/data.list", headers=headers, trust_env=False).status_code
        for _ in range(CONNECTIONS)
    ]


def test_they_are_one_server_to_those_who_ask(tmp_path: Path) -> None:
    up = Up(tmp_path / "home", {"MORELLO_API_PROCESSES": "2"}).start()
    try:
        said = up.command("status").stdout.decode()
        assert "api-2" in said
        with Person(up) as admin:
            admin.enter(up.link)
            made = admin.done("access.create_key", name="till")
            key = made["secret"]["secret"]
            assert set(answers(up, key)) == {200}
            admin.done("access.revoke_key", key=made["key"]["id"])
            deadline = time.monotonic() + 2
            while set(answers(up, key)) != {401}:
                assert time.monotonic() < deadline, "a revoked key still opens one of them"
            metrics = admin.http.get("/metrics")
            assert metrics.status_code == 404
            assert "metrics_port" in metrics.text
    finally:
        up.stop()
