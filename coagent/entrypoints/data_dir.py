"""A data directory belongs to one `coagent up` at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coagent.domain.errors import Fatal


@contextmanager
def alone_in(data_dir: Path) -> Iterator[None]:
    """Hold the directory; raises Fatal where it cannot be written or another process holds it."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "up.lock").open("w")
    except OSError as problem:
        raise Fatal(f"COAGENT_DATA_DIR {data_dir} cannot be used: {problem}. Name a directory of your own") from problem
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise Fatal(
                f"{data_dir.resolve()} is in use by another `coagent up`: stop that one, or set COAGENT_DATA_DIR"
            ) from taken
        yield
