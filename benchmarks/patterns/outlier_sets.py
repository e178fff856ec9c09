"""How well the order of odd rows finds the outliers of public sets, by ROC-AUC.

    python -m benchmarks.patterns.outlier_sets FOLDER

FOLDER holds the files that `outlier_sets.json` names, with where they come from and their SHA-256;
the data itself is not ours to ship. Writes benchmarks/results/outlier_sets.json.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from morello.analysis.methods.correlation import ranks
from morello.analysis.methods.outlying.copula import copula_of
from morello.analysis.methods.outlying.ecod import ecod
from morello.analysis.methods.outlying.forest import isolation
from morello.analysis.methods.outlying.joint import oddness

SETS = Path(__file__).parent / "outlier_sets.json"
RESULT = Path(__file__).parents[1] / "results" / "outlier_sets.json"
ROWS_MAX = 20_000
COLUMNS_MAX = 100

Floats = NDArray[np.float64]


def load(path: Path, sha256: str) -> tuple[Floats, NDArray[np.int64]]:
    """Return rows and which are outliers; a random part of a large set. Raises on another file."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"{path.name} is not the file that was measured")
    with np.load(path, allow_pickle=False) as kept:
        table, labels = kept["X"].astype(np.float64), kept["y"].ravel().astype(np.int64)
    if len(table) > ROWS_MAX:
        chosen = np.random.default_rng(0).choice(len(table), ROWS_MAX, replace=False)
        table, labels = table[chosen], labels[chosen]
    return table[:, table.std(axis=0) > 0], labels


def measure(table: Floats, labels: NDArray[np.int64]) -> dict[str, float]:
    """Return the ROC-AUC of the common order, and of each of its parts."""
    copula = copula_of(table)
    orders = {
        "together": oddness(table, copula),
        "ecod": ecod(table),
        "forest": isolation(table),
        "distance": copula.squares,
    }
    orders["ecod and forest"] = ranks(orders["ecod"]) + ranks(orders["forest"])
    return {name: round(float(roc_auc_score(labels, each)), 4) for name, each in orders.items()}


def measure_all(folder: Path) -> dict[str, Any]:
    """Measure every set that the list names."""
    listed = json.loads(SETS.read_text())
    found = {}
    for each in listed["sets"]:
        table, labels = load(folder / each["file"], each["sha256"])
        if table.shape[1] <= COLUMNS_MAX and labels.sum() > 1:
            found[each["file"].removesuffix(".npz")] = measure(table, labels)
    means = {
        name: round(float(np.mean([each[name] for each in found.values()])), 4)
        for name in next(iter(found.values()))
    }
    return {"source": listed["source"], "mean": means, "sets": found}


def main() -> None:
    """Measure and write."""
    result = measure_all(Path(sys.argv[1]))
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result["mean"], indent=2))


if __name__ == "__main__":
    main()
