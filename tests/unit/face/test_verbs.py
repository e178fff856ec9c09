from pathlib import Path
from typing import Any

import pytest

from morello.face import verbs
from morello.face.runtime import Runtime


@pytest.fixture(autouse=True)
def _fake(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "_runtime", runtime)


def test_analyze_names_the_dataset_only_when_asked(tmp_path: Path, installation: Any) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("a\n")
    verbs.analyze(path)
    verbs.analyze(b"a\n")
    verbs.analyze(path, name="till")
    given = [each.given for each in installation.caller.calls]
    assert [each["file"].name for each in given] == ["orders.csv", "table", "orders.csv"]
    assert [each.get("name") for each in given] == [None, None, "till"]


def test_the_settings_choose_the_language(installation: Any) -> None:
    installation.settings = installation.settings.model_copy(update={"language": "ko"})
    assert str(verbs.analyze(b"a\n").insights[0]) == "데이터 품질"
    assert str(verbs.analyze(b"a\n", language="en").insights[0]) == "Data quality"


def test_close_closes(installation: Any) -> None:
    assert verbs.list_tools() == []
    verbs.close()
    assert installation.closed == 1
