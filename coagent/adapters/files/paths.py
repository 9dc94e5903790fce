"""What the paths name: files, folders and patterns of them, or standard input."""

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from coagent.adapters.files.compression import SUFFIXES as COMPRESSIONS
from coagent.domain.errors import Fatal

STDIN = "-"
LOG_SUFFIXES = frozenset(
    {"", ".json", ".jsonl", ".ndjson", ".log", ".txt", ".csv", ".tsv", ".parquet", ".pb", ".bin", ".proto", ".otlp"}
)
"""What is read of a folder; a file that is named itself is read whatever it is called."""


class Named(NamedTuple):
    """A file to read. `listed`: found in a folder or by a pattern, where one that cannot be read does not stop all."""

    path: str
    size: int
    listed: bool

    @property
    def is_log(self) -> bool:
        """Whether it is called as logs are, or was named itself."""
        return not self.listed or Path(inner_name(self.path)).suffix.lower() in LOG_SUFFIXES


def named_files(paths: Sequence[str]) -> list[Named]:
    """In the order named, a folder's files by name. Raises Fatal for what is missing or cannot be looked at."""
    if not paths:
        raise Fatal("No input. Name one or more log files, or - for standard input.")
    return [named for path in paths for named in _named(path)]


def inner_name(path: str) -> str:
    """Without a suffix of compression."""
    return next((path.removesuffix(suffix) for suffix in COMPRESSIONS if path.endswith(suffix)), path)


def _named(path: str) -> Iterator[Named]:
    if path == STDIN:
        yield Named(STDIN, 0, listed=False)
    elif glob.has_magic(path) and not _exists(path):
        yield from _matching(path)
    elif stat.S_ISDIR(_stat(path).st_mode):
        yield from _within(path)
    else:
        yield Named(path, _stat(path).st_size, listed=False)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except ValueError:  # a null byte in the name
        return True


def _matching(pattern: str) -> Iterator[Named]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  pathlib's takes no absolute pattern
    if not found:
        raise Fatal(f"{pattern}: no file matches. Check the pattern.")
    for path in found:
        if stat.S_ISDIR(_stat(path).st_mode):
            yield from _within(path)
        else:
            yield Named(path, _stat(path).st_size, listed=True)


def _within(folder: str) -> Iterator[Named]:
    """Regular files at any depth; what is hidden is left out."""
    found = sorted(path for path in Path(folder).rglob("*") if not _is_hidden(path.relative_to(folder)))
    files = [path for path in found if path.is_file()]
    if not files:
        raise Fatal(f"{folder}: no file in this folder. Name a folder with log files.")
    for path in files:
        yield Named(str(path), _stat(str(path)).st_size, listed=True)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _stat(path: str) -> os.stat_result:
    try:
        return Path(path).stat()
    except FileNotFoundError as missing:
        raise Fatal(f"{path}: no such file. Check the path.") from missing
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise Fatal(f"{path}: {getattr(error, 'strerror', None) or error}. Check the path and its rights.") from error
