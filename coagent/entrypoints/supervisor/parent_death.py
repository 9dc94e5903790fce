"""A child that dies with its parent, however the parent dies."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(death: signal.Signals) -> Callable[[], None] | None:
    """For Popen's `preexec_fn`: the kernel sends `death` when the parent is gone (prctl(2)); None off Linux.

    The C library is loaded here, in the parent: little may be done safely between fork and exec.
    """
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, int(death))
        if os.getppid() != parent:
            os._exit(1)

    return arm
