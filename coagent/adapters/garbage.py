"""Python's collector of reference cycles, for processes that hold many rows."""

import gc

YOUNG_OBJECTS = 200_000


def collect_seldom() -> None:
    """Rows refer to nothing that refers back: looking for cycles among them by default takes a quarter of the time.

    What is there now is never looked at again; of what comes, only when YOUNG_OBJECTS more live than were freed.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)
