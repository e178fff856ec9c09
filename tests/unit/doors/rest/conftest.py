"""A fake service behind its door, and clients that knock."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from morello.doors.live.stream import Streams
from morello.doors.rest.application import Application
from morello.kernel.caller import Call
from morello.kernel.settings import Settings

from .fake_service import FakeService
from .fake_tools import KEY

HOME = "http://localhost"


class House:
    """A service behind its door, and clients that knock."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.service = FakeService(Settings(home=folder, **settings), folder / "uploads")
        self.streams = Streams(self.service.caller, heartbeat_s=0.2)
        self.application = Application.of(self.service, self.streams.events)

    def client(self, key: str = "", **headers: str) -> httpx.AsyncClient:
        """Return a client with a key, which says its organization where a key is shown."""
        if key:
            headers["Authorization"] = f"Bearer {key}"
            owner = self.service.authenticator.known.get(key)
            if owner is not None:
                headers.setdefault("X-Company-ID", str(owner.organization_id))
        transport = httpx.ASGITransport(app=self.application, raise_app_exceptions=True)
        return httpx.AsyncClient(transport=transport, base_url=HOME, headers=headers)

    @property
    def calls(self) -> list[Call]:
        return self.service.caller.calls


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def client(house: House) -> httpx.AsyncClient:
    """Somebody with every right of an organization."""
    return house.client(KEY)


@pytest.fixture
def nobody(house: House) -> httpx.AsyncClient:
    return house.client()
