"""Logs of children, bounded: they are open in the child, so they are copied and emptied, never renamed."""

import shutil
from pathlib import Path

MOST_BYTES = 16 << 20
OLDER = 3
"""Kept beside the current one: name.log.1 is the youngest."""


def rotate(log: Path, most_bytes: int = MOST_BYTES) -> bool:
    """Whether it was too long. A line that is written in between is lost; children append, so that they go on at the
    beginning.
    """
    if not log.exists() or log.stat().st_size <= most_bytes:
        return False
    for number in range(OLDER - 1, 0, -1):
        if _older(log, number).exists():
            _older(log, number).replace(_older(log, number + 1))
    shutil.copyfile(log, _older(log, 1))
    with log.open("r+b") as file:
        file.truncate(0)
    return True


def _older(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
