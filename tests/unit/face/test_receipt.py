from pathlib import Path

from morello.face.receipt import Receipt
from morello.face.runtime import Runtime


def test_a_verdict_is_true_or_false_and_speaks(runtime: Runtime) -> None:
    receipt = Receipt("1", runtime.call, "en")
    assert receipt.verify()
    assert not receipt.verify(key="another")
    assert repr(receipt.verify()) == "verified\n+ Proven:\n- Not proven:"
    assert repr(receipt.verify(key="another")).startswith("NOT verified")


def test_it_is_fetched_once_and_saved_with_its_evidence(runtime: Runtime, tmp_path: Path) -> None:
    receipt = Receipt("1", runtime.call, "en")
    path = receipt.save(tmp_path / "r.tlog")
    assert path.read_text() == "proof"
    assert (tmp_path / "r.tlog.evidence.json").read_text() == "{}"
    caller = runtime.installation.caller
    assert [each.tool for each in caller.calls] == ["audit.receipt"]  # type: ignore[attr-defined]  # the fake's
    assert "event 1" in repr(receipt)
