"""Trees: kept as text that is checked before it is loaded; a GPU is used where there is one."""

import numpy as np
import pytest

from morello.analysis.models.algorithms import boosted
from morello.analysis.models.algorithms.boosted import Boosting, Trees, check, device_for
from morello.analysis.models.algorithms.feature import Feature
from morello.kernel.errors import Fault, Unavailable

FEATURES = (Feature(column="x", part="number"), Feature(column="c", part="category", values=("a",)))


def grown(classes: int) -> tuple[str, np.ndarray]:
    generator = np.random.default_rng(0)
    matrix = np.column_stack([generator.normal(size=300), generator.integers(0, 2, 300)])
    matrix = matrix.astype(np.float32)
    target = (matrix[:, 0] > 0) + (matrix[:, 1] > 0) * (classes > 2)
    text, rounds = Boosting(FEATURES, classes, 0, "cpu").fit((matrix, target.astype(float)), 5)
    assert rounds == 5
    return text, matrix


@pytest.mark.slow
@pytest.mark.parametrize("classes", [0, 2, 3])
def test_text_is_all_that_trees_need(classes: int) -> None:
    text, matrix = grown(classes)
    assert "parameters" not in text
    trees = Trees(text, 2, classes)
    said = trees.predict(matrix)
    added = trees.contributions(matrix)
    assert said.shape == ((300, classes) if classes else (300,))
    assert added.shape == (300, 2, classes if classes > 2 else 1)
    if classes:
        assert np.allclose(said.sum(axis=1), 1)


@pytest.mark.slow
def test_what_is_not_such_trees_is_not_loaded() -> None:
    """LightGBM ends the process over a text that was cut."""
    text, _ = grown(0)
    check(text, 2, 0)
    cut = text[: len(text) // 2]
    changed = text.replace("num_leaves=", "num_leaves=9", 1)
    for bad in ("", "tree\n", cut, cut + "end of trees\n", changed, text + "x", "é" + text):
        with pytest.raises(Fault):
            check(bad, 2, 0)
    with pytest.raises(Fault):
        check(text, 3, 0)
    with pytest.raises(Fault):
        check(text, 2, 3)


def test_a_gpu_is_used_where_there_is_one_and_never_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosted, "_shows_gpu", lambda: True)
    monkeypatch.setattr(boosted, "_grows_on", lambda kind: kind == "gpu")
    assert device_for("auto") == device_for("gpu") == "gpu"
    assert device_for("cpu") == "cpu"
    monkeypatch.setattr(boosted, "_grows_on", lambda _: False)
    assert device_for("auto") == "cpu"
    with pytest.raises(Unavailable):
        device_for("gpu")
    monkeypatch.setattr(boosted, "_shows_gpu", lambda: False)
    monkeypatch.setattr(boosted, "_grows_on", lambda _: True)
    assert device_for("auto") == "cpu"
