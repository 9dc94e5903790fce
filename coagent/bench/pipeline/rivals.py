"""Rivals on the same records: a bare consumer, and per-record apps with ADWIN, each in a process of its own."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import msgspec

from coagent.bench.intake.measurement import Measurement, Task
from coagent.domain.errors import Fatal
from coagent.settings import Settings

RIVALS = {"ceiling": "ceiling", "baseline_faust_river": "faust_river", "quix_river": "quix_river"}
"""Keys of the figures, and the names of their measurements."""
QUIX_HOME = "COAGENT_QUIX_HOME"
"""Names a folder that holds Quix Streams (`pip install --target`): it wants other versions than coagent does."""
START_WITHIN_S = 90.0


def measure_rival(key: str, settings: Settings, messages: int, seconds: float, directory: Path) -> Measurement | None:
    """None where it is not installed; raises Fatal where it fails."""
    if key == "quix_river" and not _has_quix():
        return None
    topic, result = settings.ingest.topics[0], directory / "result.json"
    task = Task(
        name=RIVALS[key], topic=topic, partitions=settings.kafka.partitions, messages=messages, records=messages,
        seconds=seconds,
    )  # fmt: skip
    words = [sys.executable, "-m", "coagent.bench.intake.measured", msgspec.json.encode(task).decode(), str(result)]
    servers = {"COAGENT_KAFKA__BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers or ""}
    try:
        subprocess.run(  # noqa: S603  # our own module
            words, env=os.environ | servers, capture_output=True, timeout=START_WITHIN_S + 3 * seconds, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (error.stderr or b"")[-2000:].decode(errors="replace")
        raise Fatal(f"measuring {key} failed: {error.__class__.__name__}. It said: {said}") from error
    return msgspec.json.decode(result.read_bytes(), type=Measurement)


def _has_quix() -> bool:
    home = os.environ.get(QUIX_HOME)
    return find_spec("quixstreams") is not None or bool(home and (Path(home) / "quixstreams").is_dir())
