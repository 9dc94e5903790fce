"""For changes that gain something else than money."""

import numpy as np

from coagent.advise.frame import Accounts, Frame
from coagent.advise.proposal import Daily


def nothing_saved(frame: Frame, accounts: Accounts) -> Daily:
    """No US dollar on any day."""
    none = np.zeros((len(accounts), len(frame.days)))
    return Daily(low=none, expected=none, high=none)
