"""Which processor core the measured process has, and which are left to the broker."""

import os


def set_apart() -> int | None:
    """The measured process's own core, now forbidden to this process and to what it starts; None where cores cannot
    be chosen or there is only one.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    core, *others = sorted(os.sched_getaffinity(0))
    if not others:
        return None
    os.sched_setaffinity(0, others)
    return core
