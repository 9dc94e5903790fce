"""A folder for a worker's local state: several workers may share one data directory, RocksDB's files they may not."""

import fcntl
from itertools import count
from pathlib import Path
from typing import IO, NamedTuple


class OwnFolder(NamedTuple):
    """`is_first` of the workers of this directory. The folder is another's once `lock` is closed or the process ends,
    however it ends.
    """

    path: Path
    is_first: bool
    lock: IO[str]


def own_folder(root: Path, name: str) -> OwnFolder:
    """`root/name` where no other process has it, else `root/name-2` and so on. What the folder lacks is read from the
    changelog.
    """
    root.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        path = root / (name if number == 1 else f"{name}-{number}")
        lock = (root / f".{path.name}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        return OwnFolder(path, number == 1, lock)
    raise AssertionError  # counting never ends
