"""Gradient-boosted trees: fitted by LightGBM, kept in its text format, never as a pickle.

Ke et al. (2017), LightGBM; contributions are those of Lundberg et al. (2020), From local
explanations to global understanding with explainable AI for trees (TreeSHAP).
"""

import contextlib
import dataclasses
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from morello.analysis.models.algorithms.feature import Feature
from morello.kernel.errors import Fault, Unavailable

ROUNDS_MAX = 400
TREES_MAX = 2_000
TEXT_BYTES_MAX = 32 << 20
_PATIENCE = 30
_THREADS_MAX = 8
_CELLS_FOR_THREADS_MIN = 500_000
_LEAVES = 31
_ROWS_OF_FULL_TREES = 2_000
_BINARY = 2
_END = "end of trees\n"
_TREE = re.compile(r"^Tree=(\d+)$", re.MULTILINE)

Device = Literal["auto", "cpu", "gpu"]
Values = NDArray[np.float32]
Floats = NDArray[np.float64]
Rows = tuple[Values, Floats]
"""Features and targets of some rows."""


@dataclasses.dataclass(frozen=True, slots=True)
class Boosting:
    """How trees are fitted."""

    features: tuple[Feature, ...]
    classes: int
    """0 where a number is predicted."""
    seed: int
    device: str

    def fit(
        self, rows: Rows, watch: Rows | int, report: Callable[[float], None] = lambda _: None
    ) -> tuple[str, int]:
        """Fit trees; return their text and how many rounds were made.

        `watch` are rows on which fitting stops once it no longer helps, or the rounds to make.
        """
        lightgbm = _lightgbm()
        categories = [place for place, each in enumerate(self.features) if each.part == "category"]
        rounds = min(ROUNDS_MAX, TREES_MAX // _outputs(self.classes))
        callbacks: list[Callable[[Any], None]] = [lambda now: report((now.iteration + 1) / rounds)]
        data, held = lightgbm.Dataset(*rows, categorical_feature=categories), []
        if isinstance(watch, int):
            rounds = watch
        else:
            held = [lightgbm.Dataset(*watch, reference=data, categorical_feature=categories)]
            callbacks.append(lightgbm.early_stopping(_PATIENCE, verbose=False))
        parameters = self._parameters(rows[0])
        with _quiet():
            booster = lightgbm.train(parameters, data, rounds, valid_sets=held, callbacks=callbacks)
        made = booster.best_iteration if held and booster.best_iteration > 0 else rounds
        text = booster.model_to_string(num_iteration=made)
        # What follows tells of this machine, such as its threads.
        return text[: text.index(_END)] + _END, made

    def _parameters(self, matrix: Values) -> dict[str, Any]:
        rows = len(matrix)
        objective: dict[str, Any] = {"objective": "regression"}
        if self.classes == _BINARY:
            objective = {"objective": "binary"}
        elif self.classes:
            objective = {"objective": "multiclass", "num_class": self.classes}
        return objective | {
            "device_type": self.device,
            "learning_rate": 0.05,
            "num_leaves": max(4, int(_LEAVES * min(1.0, rows / _ROWS_OF_FULL_TREES))),
            "min_data_in_leaf": max(5, min(20, rows // 50)),
            "lambda_l2": 1.0,
            "feature_fraction": 0.8,
            "max_bin": 255,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": _threads(matrix),
            "verbose": -1,
        }


def _outputs(classes: int) -> int:
    """Return how many trees are grown in a round: one tells of both of two classes."""
    return classes if classes > _BINARY else 1


def device_for(wanted: Device) -> str:
    """Return LightGBM's name of the device to use. Raises Unavailable for a GPU that is not there.

    `auto` takes a GPU only where the system shows one and a first tree grows on it.
    """
    if wanted == "cpu" or (wanted == "auto" and not _shows_gpu()):
        return "cpu"
    for kind in ("cuda", "gpu"):
        if _grows_on(kind):
            return kind
    if wanted == "gpu":
        raise Unavailable("gpu")
    return "cpu"


def _shows_gpu() -> bool:
    return any(Path("/dev").glob("nvidia[0-9]*")) or any(Path("/dev/dri").glob("renderD*"))


def _grows_on(kind: str) -> bool:
    lightgbm = _lightgbm()
    matrix = np.arange(200, dtype=np.float32)[:, None]
    try:
        with _quiet():
            data = lightgbm.Dataset(matrix, matrix[:, 0])
            lightgbm.train({"device_type": kind, "verbose": -1}, data, 1)
    except lightgbm.basic.LightGBMError:
        return False
    return True


class Trees:
    """Trees that were loaded. To be used in a process that may be killed, and nowhere else."""

    def __init__(self, text: str, features: int, classes: int) -> None:
        check(text, features, classes)
        self._classes = classes
        with _quiet():
            self._booster = _lightgbm().Booster(model_str=text, params={"verbose": -1})

    def predict(self, matrix: Values) -> Floats:
        """Return numbers, or chances, rows by classes."""
        made = np.asarray(
            self._booster.predict(matrix, num_threads=_threads(matrix)), dtype=np.float64
        )
        return np.column_stack([1 - made, made]) if self._classes == _BINARY else made

    def contributions(self, matrix: Values) -> Floats:
        """Return what each feature adds to each output: rows by features by outputs."""
        made = np.asarray(
            self._booster.predict(matrix, pred_contrib=True, num_threads=_threads(matrix))
        )
        outputs = max(1, made.shape[1] // (matrix.shape[1] + 1))
        return made.reshape(len(matrix), outputs, -1)[:, :, :-1].transpose(0, 2, 1)


def check(text: str, features: int, classes: int) -> None:
    """Raise Fault unless a text is trees over so many features: LightGBM dies of what is not."""
    outputs = _outputs(classes)
    head, _, rest = text.partition("\n\n")
    said = dict(line.split("=", 1) for line in head.splitlines() if "=" in line)
    sizes = [int(each) for each in said.get("tree_sizes", "").split() if each.isdigit()]
    trees = rest.removesuffix(_END)
    numbers = [int(each) for each in _TREE.findall(rest)]
    sound = (
        len(text) <= TEXT_BYTES_MAX
        and text.isascii()
        and text.startswith("tree\nversion=v4\n")
        and text.endswith(_END)
        and said.get("max_feature_idx") == str(features - 1)
        and said.get("num_tree_per_iteration") == str(outputs)
        and numbers == list(range(len(sizes)))
        and len(sizes) <= TREES_MAX + outputs
        and sum(sizes) == len(trees)
    )
    if not sound:
        raise Fault("model_text")


def _threads(matrix: Values) -> int:
    """Return how many threads pay: waiting for each other costs more than little work takes."""
    many = min(os.cpu_count() or 1, _THREADS_MAX)
    return many if matrix.size >= _CELLS_FOR_THREADS_MIN else 1


def _lightgbm() -> Any:
    # Threads that wait must not spin: on a busy machine that takes longer than the work. It is
    # read once, when the library is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import lightgbm  # noqa: PLC0415 - heavy: only who trains or scores pays

    return lightgbm


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep LightGBM from writing to standard output while the block lasts."""
    _lightgbm().register_logger(_Silence())
    yield


class _Silence:
    """Takes what LightGBM says, and says nothing."""

    def info(self, message: str) -> None:
        """Take it."""

    def warning(self, message: str) -> None:
        """Take it."""
