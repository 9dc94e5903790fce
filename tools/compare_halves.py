"""Print how each signal of a recording moved between its halves: medians, Cliff's delta, Mann-Whitney p-value."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from scipy.stats import mannwhitneyu

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]

SIGNALS: dict[str, Callable[[Record], float]] = {
    "input_chars": lambda r: r["input_chars"],
    "output_tokens": lambda r: r["output_tokens"],
    "chars_per_token": lambda r: r["output_chars"] / r["output_tokens"],
    "mean_logprob": lambda r: r["mean_logprob"],
    "duration_s": lambda r: r["duration_s"],
    "time_to_first_token_s": lambda r: r["time_to_first_token_s"],
    "s_per_token": lambda r: (r["duration_s"] - r["time_to_first_token_s"]) / r["output_tokens"],
}


def compare(path: Path) -> None:
    """Print one line a signal."""
    with gzip.open(path, "rt") as lines:
        records: list[Record] = [record for record in map(json.loads, lines) if record["status"] == "ok"]
    print(f"{path.name}: {len(records)} answered requests")
    for name, read in SIGNALS.items():
        values = [read(record) for record in records]
        print(line(name, values[: len(values) // 2], values[len(values) // 2 :]))


def line(name: str, before: list[float], after: list[float]) -> str:
    """One signal's halves side by side; a positive delta means larger values after."""
    wins, p_value = mannwhitneyu(after, before)
    delta = 2 * wins / (len(before) * len(after)) - 1
    return f"  {name:22s} {median(before):10.4f} -> {median(after):10.4f}  delta {delta:+.3f}  p {p_value:.2g}"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        compare(Path(argument))
