"""A measured process: this module as a program, with the task as JSON and the file for the result."""

import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

import msgspec

from coagent.bench.intake.measurement import Measurement, Task

PLACES: Mapping[str, tuple[str, str]] = {
    "ceiling": ("intake.ceiling", "measure_ceiling"),
    "baseline_faust": ("intake.baseline_faust", "measure_baseline"),
    "coagent_canonical": ("intake.ingest", "measure_ingest"),
    "coagent_litellm": ("intake.ingest", "measure_ingest"),
    "coagent_otlp": ("intake.ingest", "measure_ingest"),
    "faust_river": ("pipeline.faust_river", "measure_faust_river"),
    "quix_river": ("pipeline.quix_river", "measure_quix_river"),
}
"""Module and function by the name of the measurement; only the one that is asked for is loaded."""


def main(arguments: list[str]) -> None:
    """Pins the process first: threads that begin later stay on its core."""
    task, result = msgspec.json.decode(arguments[0], type=Task), Path(arguments[1])
    if task.core is not None:
        os.sched_setaffinity(0, {task.core})
    module, function = PLACES[task.name]
    measure: Callable[[Task], Measurement] = getattr(import_module(f"coagent.bench.{module}"), function)
    result.write_bytes(msgspec.json.encode(measure(task)))


if __name__ == "__main__":
    main(sys.argv[1:])
