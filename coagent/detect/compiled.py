"""numba, kept polite: compiled at the first call, cached where there is a place to write, else compiled each run."""

from collections.abc import Callable
from typing import TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

FAST = {"reassoc", "contract", "nsz"}
"""Sums may be reordered so that they vectorize; NaN and infinity keep their meaning."""


def compiled(function: Function) -> Function:
    """`function`, compiled without the interpreter."""
    return _compiled(function, "never")


def inlined(function: Function) -> Function:
    """The same, copied into compiled callers: for the innermost of the innermost."""
    return _compiled(function, "always")


def _compiled(function: Function, inline: str) -> Function:
    try:
        return njit(cache=True, error_model="numpy", fastmath=FAST, inline=inline)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # numba found no writable place for its cache
        return njit(error_model="numpy", fastmath=FAST, inline=inline)(function)  # type: ignore[no-any-return]
