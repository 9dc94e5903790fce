"""numba, kept polite: compiled at the first call, cached where there is a place to write, else compiled each run."""

from collections.abc import Callable
from typing import TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """`function`, compiled without the interpreter; floating point stays exactly IEEE's.

    A cached function is compiled anew when its own file changes, not when a file that it calls into does: what calls
    each other stays in one file.
    """
    try:
        return njit(cache=True, error_model="numpy", nogil=True)(function)  # type: ignore[no-any-return]
    except RuntimeError:  # numba found no writable place for its cache
        return njit(error_model="numpy", nogil=True)(function)  # type: ignore[no-any-return]


def part(function: Function) -> Function:
    """A part of compiled functions of the same file."""
    return njit(error_model="numpy", nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)  # type: ignore[no-any-return]
