"""Room 2: a batch and a state become a new state, rollups and candidates."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coagent.detect.conformal_sr import ConformalSR

__all__ = ["ConformalSR"]


def __getattr__(name: str) -> Any:
    """`ConformalSR` is there for River's users; it is imported when they ask, since it takes River and numba along."""
    if name == "ConformalSR":
        from coagent.detect.conformal_sr import ConformalSR  # noqa: PLC0415  see above

        return ConformalSR
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
