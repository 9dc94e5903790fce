"""numba, kept polite: compiled at the first call, cached where there is a place to write, else compiled each run."""

from collections.abc import Callable
from typing import TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

SUMS = {"reassoc", "nsz"}
"""Sums may be reordered so that they vectorize; NaN and infinity keep their meaning."""


def compiled(function: Function) -> Function:
    """`function`, compiled without the interpreter; it computes the same on any machine, bit by bit."""
    return _compiled(function)


def inlined(function: Function) -> Function:
    """The same, copied into compiled callers: for the innermost of the innermost."""
    return _compiled(function, inline="always")


def summing(function: Function) -> Function:
    """The same for a long sum: its last digits depend on how many numbers the processor adds at once, and may differ
    between the process that compiles it and those that find it in numba's cache.
    """
    return _compiled(function, fastmath=SUMS)


def _compiled(function: Function, **options: object) -> Function:
    try:
        return njit(cache=True, error_model="numpy", **options)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # numba found no writable place for its cache
        return njit(error_model="numpy", **options)(function)  # type: ignore[no-any-return]
