"""`coagent gate compare`: a staging run beside production, request by request from files."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]


def requests(count: int, seed: int, *, slower: float = 1.0, failing: float = 0.02) -> Iterator[dict[str, Any]]:
    """Two tasks whose answers differ in length."""
    random = np.random.default_rng(seed)
    for number in range(count):
        is_long = bool(random.random() < 0.5)
        answered = int(random.normal(600 if is_long else 60, 20))
        yield {
            "request_id": f"{seed}-{number}",
            "time": f"2026-11-20T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z",
            "provider": "openai",
            "request_model": "gpt-4o",
            "task": "report" if is_long else "label",
            "input_tokens": 400,
            "output_tokens": answered,
            "duration_s": round(float(answered / 100 * random.lognormal(0, 0.3) * slower), 4),
            "status": "error" if random.random() < failing else "ok",
        }


def written(path: Path, count: int, seed: int, **changed: float) -> str:
    with gzip.open(path, "wt") as file:
        file.writelines(f"{json.dumps(one)}\n" for one in requests(count, seed, **changed))
    return str(path)


def compare(base: str, candidate: str, policy: Path) -> tuple[int, dict[str, Any]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "coagent", "gate", "compare", base, candidate, "--policy", str(policy), "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.stdout, done.stderr.decode()
    return done.returncode, json.loads(done.stdout)


def policy(folder: Path) -> Path:
    path = folder / "gate.yaml"
    path.write_text("compare: {success: 0.03, cost: null, latency: 0.1}\n")
    return path


def test_the_same_is_certified(tmp_path: Path) -> None:
    base, candidate = written(tmp_path / "a.jsonl.gz", 4000, 1), written(tmp_path / "b.jsonl.gz", 3000, 2)
    status, found = compare(base, candidate, policy(tmp_path))
    assert (status, found["outcome"]) == (0, "certified")
    assert (found["base_requests"], found["candidate_requests"]) == (4000, 3000)


def test_a_slower_run_is_worse_by_about_so_much(tmp_path: Path) -> None:
    base, candidate = written(tmp_path / "a.jsonl.gz", 4000, 1), written(tmp_path / "b.jsonl.gz", 3000, 2, slower=1.4)
    status, found = compare(base, candidate, policy(tmp_path))
    latency = next(one for one in found["metrics"] if one["metric"] == "latency")
    assert (status, found["outcome"], latency["outcome"]) == (1, "worse", "worse")
    assert latency["low"] < 0.4 < latency["high"] or abs(latency["effect"] - 0.4) < 0.05


def test_more_failures_are_worse(tmp_path: Path) -> None:
    base, candidate = written(tmp_path / "a.jsonl.gz", 4000, 1), written(tmp_path / "b.jsonl.gz", 3000, 2, failing=0.15)
    status, found = compare(base, candidate, policy(tmp_path))
    assert (status, next(one["outcome"] for one in found["metrics"] if one["metric"] == "success")) == (1, "worse")


def test_a_few_requests_cannot_tell_and_say_how_many_more(tmp_path: Path) -> None:
    base, candidate = written(tmp_path / "a.jsonl.gz", 400, 1), written(tmp_path / "b.jsonl.gz", 120, 3)
    status, found = compare(base, candidate, policy(tmp_path))
    assert (status, found["outcome"]) == (2, "cannot_tell")
    assert any((one["more_requests"] or 0) > 0 for one in found["metrics"] if one["outcome"] == "cannot_tell")
