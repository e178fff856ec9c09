"""How honest trained models are: what their cards say, against rows that were kept from them.

    python -m benchmarks.model_honesty [rounds]

Each round keeps 30 % of a set from training, by another seed. Sets are scikit-learn's, and made
ones. Writes benchmarks/results/model_honesty.json.
"""

import json
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from benchmarks.insight_quality import TableReader
from sklearn import datasets

from morello.analysis.methods.learning.score import log_losses
from morello.analysis.models.algorithms.feature import matrix_of
from morello.analysis.models.fitted import Predictor
from morello.analysis.models.training import Trained, train
from morello.analysis.models.wish import Wish
from morello.data.catalog.version import Lineage, PinnedVersion

RESULT = Path(__file__).parent / "results" / "model_honesty.json"
ROUNDS = 10
SHARE_KEPT = 0.3
CLASSIFIED = {"breast_cancer", "wine", "digits", "logistic"}

Columns = dict[str, Any]


def sets() -> Iterator[tuple[str, Columns]]:
    """Yield tables with a column `y` to predict."""
    for name in ("diabetes", "breast_cancer", "wine", "digits"):
        found = getattr(datasets, f"load_{name}")()
        columns = {f"x{place}": found.data[:, place] for place in range(found.data.shape[1])}
        yield name, {**columns, "y": found.target}
    x, y = datasets.make_friedman1(3_000, noise=1.0, random_state=0)
    yield "friedman", {**{f"x{place}": x[:, place] for place in range(10)}, "y": y}
    generator = np.random.default_rng(0)
    z = generator.normal(size=(3_000, 6))
    hit = generator.random(3_000) < 1 / (1 + np.exp(-z @ np.array([1.5, -1, 0.5, 0, 0, 0])))
    yield "logistic", {**{f"x{place}": z[:, place] for place in range(6)}, "y": hit}
    wide = z[:, 0] * np.exp(generator.normal(size=3_000))
    yield "heavy tails", {"x0": z[:, 0], "x1": z[:, 1], "y": 3 * z[:, 0] + wide}
    yield "noise", {**{f"x{place}": z[:, place] for place in range(6)}, "y": wide[::-1].copy()}


def trained(table: pa.Table, seed: int, *, is_class: bool) -> Trained:
    """Train on a table."""
    pinned = PinnedVersion(
        organization_id=uuid.UUID(int=1),
        dataset_id=uuid.UUID(int=2),
        dataset="table",
        version="0" * 64,
        rows=table.num_rows,
        columns=(),
        files=(),
        folder=Path("/"),
        key=b"",
        lineage=Lineage(how="import"),
    )
    kind = "classification" if is_class else "regression"
    wish = Wish.model_validate({"target": "y", "kind": kind, "seed": seed, "device": "cpu"})
    return train(TableReader(table), pinned, wish, report=lambda _: None)


def judged(made: Trained, fresh: pa.Table) -> dict[str, float]:
    """Score kept rows in a way that shares no code with the card."""
    predictor = Predictor(made.fitted)
    matrix = matrix_of(made.fitted.features, fresh)
    if made.fitted.kind == "regression":
        actual = fresh["y"].to_numpy().astype(np.float64)
        said = predictor.numbers(matrix)
        left, whole = ((actual - each) ** 2 for each in (said, made.fitted.constant[0]))
        held = np.abs(actual - said) <= (made.fitted.half_width or np.inf)
        return {"skill": 1 - left.sum() / whole.sum(), "coverage": float(held.mean())}
    texts = [str(each).lower() for each in fresh["y"].to_pylist()]
    codes = np.array([made.fitted.classes.index(each) for each in texts])
    plain = np.tile(np.array(made.fitted.constant), (len(codes), 1))
    losses = log_losses(codes, predictor.chances(matrix))
    return {"skill": 1 - losses.sum() / log_losses(codes, plain).sum()}


def main(rounds: int) -> None:
    """Measure, print and write."""
    figures: dict[str, dict[str, float]] = {}
    for name, columns in sets():
        table, found, start = pa.table(columns), [], time.perf_counter()
        for seed in range(rounds):
            kept = np.random.default_rng(seed).random(table.num_rows) < SHARE_KEPT
            made = trained(table.filter(pa.array(~kept)), seed, is_class=name in CLASSIFIED)
            fresh = judged(made, table.filter(pa.array(kept)))
            card = made.card.skill
            found.append(
                {
                    "stated_skill": card.value,
                    "fresh_skill": fresh["skill"],
                    "inside_interval": float(card.low <= fresh["skill"] <= card.high),
                    "coverage": fresh.get("coverage", float("nan")),
                    "worth": float(made.card.worth),
                }
            )
        figures[name] = {
            key: round(float(np.mean([each[key] for each in found])), 3) for key in found[0]
        }
        figures[name]["seconds_each"] = round((time.perf_counter() - start) / rounds, 2)
        print(name, figures[name], flush=True)
    told = {
        name: {key: each for key, each in values.items() if each == each}  # noqa: PLR0124 - not NaN
        for name, values in figures.items()
    }
    RESULT.write_text(json.dumps({"rounds": rounds, "sets": told}, indent=1) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
