import asyncio
from pathlib import Path
from typing import Any

import psutil
import pytest
from pydantic import SecretStr

from morello.app.server.charge import Charge, Said, Word
from morello.app.server.child import Child

CHARGE = Charge(database_url=SecretStr("postgresql://me:hidden@/db"))

pytestmark = pytest.mark.slow


async def said(child: Child) -> list[Word]:
    return [each async for each in child.words()]


async def test_it_is_told_what_to_do_and_tells_how_it_goes(begin: Any, tmp_path: Path) -> None:
    child = await begin("""
        charge = leash.charge()
        print("this goes to the log")
        leash.tell(Said.PREPARING, Message(id="server.preparing.sample"))
        leash.tell(Said.READY, link=charge.database_url.get_secret_value())
    """)
    await child.begin(CHARGE)
    words = await said(child)
    assert [each.said for each in words] == [Said.PREPARING, Said.READY]
    assert words[1].link.endswith("hidden@/db")
    assert await child.ended() == 0
    log = tmp_path / "logs" / "c.log"
    assert log.read_text() == "this goes to the log\n"
    assert log.stat().st_mode & 0o777 == 0o600


async def test_no_secret_is_on_its_command_line_or_in_its_environment(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MORELLO_DATABASE_OWNER_URL", "postgresql://owner:hidden@/db")
    child = await begin("leash.charge(); leash.tell(Said.READY); time.sleep(30)")
    await child.begin(CHARGE)
    await anext(child.words())
    process = psutil.Process(child.pid)
    assert "hidden" not in str(process.cmdline()) + str(process.environ())
    child.kill()
    await child.ended()


async def test_it_ends_when_it_is_let_go_before_and_after_its_charge(begin: Any) -> None:
    waiting = await begin("leash.charge()")
    waiting._process.stdin.close()
    assert await asyncio.wait_for(waiting.ended(), 10) == 0

    working = await begin("""
        import asyncio
        leash.charge()
        async def work():
            stop = asyncio.Event()
            leash.when_let_go(stop.set)
            leash.tell(Said.READY)
            await stop.wait()
        asyncio.run(work())
        sys.exit(7)
    """)
    await working.begin(CHARGE)
    await anext(working.words())
    working._process.stdin.close()
    assert await asyncio.wait_for(working.ended(), 10) == 7


async def test_one_that_does_not_listen_is_killed(begin: Any) -> None:
    child = await begin("""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        leash.charge(); leash.tell(Said.READY); time.sleep(60)
    """)
    await child.begin(CHARGE)
    await anext(child.words())
    await child.stop(within_s=0.1)
    assert await child.ended() == -9


async def test_one_that_has_ended_can_still_be_spoken_to(begin: Any) -> None:
    child = await begin("sys.exit(3)")
    assert await child.ended() == 3
    await child.begin(CHARGE)
    await child.stop(within_s=1)
    child.kill()
