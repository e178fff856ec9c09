"""What a stronger finding accounts for is not told again."""

from typing import Any

import numpy as np

Columns = dict[str, Any]
Examine = Any


def _kinds(analysis: Any) -> list[str]:
    told = [each for each in analysis.findings if each.group != "quality"]
    return [each.kind for each in told if "at" not in each.columns]


def test_a_subgroup_is_told_instead_of_its_shadows(examine: Examine, shop: Columns) -> None:
    hit = (shop["region"] == "west") & (shop["channel"] == "web")
    shop["weight"] = shop["weight"] + 16.0 * hit
    assert _kinds(examine(shop)) == ["subgroup"]


def test_a_reversal_is_told_instead_of_the_difference(examine: Examine, shop: Columns) -> None:
    generator = np.random.default_rng(3)
    rows = len(shop["at"])
    level = generator.integers(0, 3, rows)
    treated = generator.random(rows) < np.array([0.15, 0.5, 0.85])[level]
    shop["severity"] = np.array(["mild", "medium", "severe"])[level]
    shop["treatment"] = np.where(treated, "new", "old")
    shop["stay"] = generator.normal(30 + 14 * level - 6 * treated, 9)
    findings = [each for each in examine(shop).findings if "stay" in each.columns]
    assert "reversal" in {each.kind for each in findings}
    plain = [each for each in findings if set(each.columns) == {"treatment", "stay"}]
    assert plain == []
