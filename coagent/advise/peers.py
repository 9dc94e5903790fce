"""An account beside the others of its model and task."""

import numpy as np

from coagent.advise.frame import Floats, Frame, task_of
from coagent.domain.segment import Segment

LEAST_PEERS = 3
LEAST_REQUESTS = 200


def median_of_peers(frame: Frame, values: Floats) -> Floats:
    """Of the other accounts of the same provider, model and task, shape (accounts,); NaN where they are fewer than
    three, counting those with 200 requests and a known value.
    """
    enough = (frame["requests"].sum(axis=1) >= LEAST_REQUESTS) & ~np.isnan(values)
    groups: dict[Segment, list[int]] = {}
    for account in np.flatnonzero(enough).tolist():
        if frame.segments[account].task is not None:
            groups.setdefault(task_of(frame.segments[account]), []).append(account)
    found: Floats = np.full(len(values), np.nan)
    for accounts in groups.values():
        for account in accounts if len(accounts) > LEAST_PEERS else ():
            found[account] = np.median([values[other] for other in accounts if other != account])
    return found
