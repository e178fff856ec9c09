"""A receipt of an answer, and the verdict on it, in words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from morello.kernel.caller import Reply
from morello.kernel.messages import render
from morello.storage.file import write

_Ask = Callable[[str, dict[str, Any]], Reply]


class Verdict:
    """The outcome of a verification: true when everything that was asked for holds."""

    def __init__(self, verdict: Any, language: str) -> None:
        self.ok: bool = verdict.ok
        self.proven = [render(each, language) for each in verdict.proven]
        self.not_proven = [render(each, language) for each in verdict.not_proven]

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        signs = [f"+ {each}" for each in self.proven] + [f"- {each}" for each in self.not_proven]
        return "\n".join(["verified" if self.ok else "NOT verified", *signs])


class Receipt:
    """The proof that an answer was recorded, fetched when it is first needed."""

    def __init__(self, event_id: str, ask: _Ask, language: str) -> None:
        self.event_id = event_id
        self._ask = ask
        self._language = language
        self._fetched: Any = None

    @property
    def text(self) -> str:
        """The proof, a C2SP tlog-proof."""
        return str(self._content.text)

    @property
    def evidence(self) -> str:
        """JSON that discloses what the proof stands for."""
        return str(self._content.evidence)

    @property
    def public_key(self) -> str:
        """The key it is signed with: whoever verifies it elsewhere needs to trust this one."""
        return str(self._content.public_key)

    def verify(self, key: str | None = None) -> Verdict:
        """Check it, against a key you trust or the one that came along."""
        given = {"receipt": self.text, "evidence": self.evidence, "key": key or self.public_key}
        return Verdict(self._ask("audit.verify", given).output, self._language)

    def save(self, path: str | Path) -> Path:
        """Write it, and its evidence beside it, for `morello verify`. Returns where."""
        target = Path(path).expanduser()
        write(target, self.text.encode())
        beside = target.with_name(f"{target.name}.evidence.json")
        write(beside, self.evidence.encode())
        return target

    def __repr__(self) -> str:
        return f"<receipt of event {self.event_id}: verify() checks it, save(path) keeps it>"

    @property
    def _content(self) -> Any:
        if self._fetched is None:
            self._fetched = self._ask("audit.receipt", {"event": self.event_id}).output
        return self._fetched
