"""Two evaluation reports of one file → who changed, and whether the difference can be chance."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Row = Mapping[str, Any]

_RESAMPLES = 2000


class ComparisonError(ValueError):
    """The reports are not of one file; the message is Chinese."""


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Both as `evaluation.figures` gives them. Raises ComparisonError if rows or labels differ."""
    try:
        rows = list(zip(before["answers"], after["answers"], strict=True))
        same = all(_label(one) == _label(two) for one, two in rows)
    except (KeyError, TypeError) as error:
        raise ComparisonError(f"不是 tongban evaluate --json 的输出：缺 {error}") from error
    except ValueError:
        same = False
    if not same:
        raise ComparisonError("两份报告不是同一个文件、同一套标注的结果")
    changed = [
        {"id": one["id"], "label": one["dispute_type"], "risk": one["risk"],
         "before": [one["given_type"], one["given_risk"]], "after": [two["given_type"], two["given_risk"]]}
        for one, two in rows
        if (one["given_type"], one["given_risk"]) != (two["given_type"], two["given_risk"])
    ]  # fmt: skip
    rated = [pair for pair in rows if pair[0]["risk"]]
    return {
        "before": before["model"],
        "after": after["model"],
        "rows": len(rows),
        "dispute": _difference(rows, lambda row: row["given_type"] in (row["dispute_type"], row["also"])),
        "dispute_strict": _difference(rows, lambda row: row["given_type"] == row["dispute_type"]),
        "risk": _difference(rated, lambda row: row["given_risk"] == row["risk"]) if rated else None,
        "changed": changed,
    }


def _label(row: Row) -> tuple[Any, ...]:
    return row["id"], row["dispute_type"], row["also"], row["risk"]


def _difference(rows: Sequence[tuple[Row, Row]], right: Callable[[Row], bool]) -> dict[str, Any]:
    """Rows mended and broken, McNemar's exact test (McNemar 1947), and a bootstrap interval of the difference."""
    from scipy.stats import binomtest

    gained = np.array([int(right(two)) - int(right(one)) for one, two in rows])
    mended, broken = int(np.sum(gained > 0)), int(np.sum(gained < 0))
    chance = np.random.default_rng(0).integers(len(gained), size=(_RESAMPLES, len(gained)))
    low, high = np.quantile(gained[chance].mean(axis=1), [0.025, 0.975])
    return {
        "before": sum(right(one) for one, _ in rows) / len(rows),
        "after": sum(right(two) for _, two in rows) / len(rows),
        "mended": mended,
        "broken": broken,
        "p_value": float(binomtest(mended, mended + broken).pvalue) if mended + broken else 1.0,
        "difference_interval": [float(low), float(high)],
    }
