"""A fitted model is plain JSON: the same model, the same bytes; what is none is refused."""

import zlib

import numpy as np
import pytest

from morello.analysis.models import fitted as module
from morello.analysis.models.algorithms.feature import Feature
from morello.analysis.models.algorithms.linear import fit_linear
from morello.analysis.models.fitted import Fitted, Predictor
from morello.kernel.errors import Fault

FEATURES = (Feature(column="x", part="number"), Feature(column="c", part="category", values=("a",)))


def made() -> tuple[Fitted, np.ndarray]:
    generator = np.random.default_rng(0)
    matrix = np.column_stack([generator.normal(size=200), generator.integers(0, 2, 200)])
    matrix = matrix.astype(np.float32)
    matrix[:20, 0] = np.nan
    target = np.nan_to_num(matrix[:, 0]) + 3 * matrix[:, 1]
    linear = fit_linear(FEATURES, matrix, target.astype(np.float64), classes=0)
    fitted = Fitted(
        kind="regression",
        target="y",
        classes=(),
        features=FEATURES,
        algorithm="linear",
        constant=(float(target.mean()),),
        linear=linear,
        half_width=0.1 + 0.2,
    )
    return fitted, matrix


def test_it_comes_back_the_same_to_the_last_bit() -> None:
    fitted, matrix = made()
    again = Fitted.from_bytes(fitted.to_bytes())
    assert again == fitted
    assert again.to_bytes() == fitted.to_bytes()
    assert np.array_equal(Predictor(again).numbers(matrix), Predictor(fitted).numbers(matrix))


def test_contributions_add_up_to_predictions() -> None:
    fitted, matrix = made()
    predictor = Predictor(fitted)
    assert fitted.linear is not None
    added = predictor.contributions(matrix)[:, :, 0].sum(axis=1) + fitted.linear.intercepts[0]
    assert np.allclose(added, predictor.numbers(matrix))


def test_what_is_no_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = made()[0].to_bytes()
    for bad in (b"", b"x", content[:-9], zlib.compress(b"{}"), zlib.compress(b"[1]")):
        with pytest.raises(Fault):
            Fitted.from_bytes(bad)
    monkeypatch.setattr(module, "PLAIN_BYTES_MAX", 100)
    with pytest.raises(Fault):
        Fitted.from_bytes(content)
