"""numba, kept polite: compiled at the first call, cached where there is a place to write, else compiled each run."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from numba import config, njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """`function`, compiled without the interpreter; it computes the same on any machine, bit by bit."""
    return _compiled(function)


def inlined(function: Function) -> Function:
    """The same, copied into compiled callers: for the innermost of the innermost."""
    return _compiled(function, inline="always")


def _compiled(function: Function, **options: object) -> Function:
    others = config.CACHE_DIR  # of functions outside of this room, whatever is imported first
    config.CACHE_DIR = _CACHE or others
    try:
        return njit(cache=True, error_model="numpy", **options)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # numba found no writable place for its cache
        return njit(error_model="numpy", **options)(function)  # type: ignore[no-any-return]
    finally:
        config.CACHE_DIR = others


def _cache_apart(room: Path) -> str | None:
    """A cache for these sources alone. numba asks only whether the file of a function has changed; constants and
    classes that it uses are compiled in from other files, and would stay what they were before an update.
    """
    sources = hashlib.blake2b(digest_size=8)
    for path in sorted(room.rglob("*.py")):
        sources.update(path.read_bytes())
    folder = Path(config.CACHE_DIR or room / "__pycache__") / f"coagent-{sources.hexdigest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # numba looks for another place
        return None
    for other in folder.parent.glob("coagent-*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return str(folder)


_CACHE = _cache_apart(Path(__file__).parents[1])


def is_compiled() -> bool:
    """Whether a run has left compiled code: the first after an installation or update takes a minute longer."""
    return _CACHE is not None and any(Path(_CACHE).rglob("*.nbi"))
