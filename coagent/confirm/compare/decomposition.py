"""How much of a change of a mean is another mix of requests, and how much is within like requests."""

from dataclasses import dataclass

import numpy as np

from coagent.confirm.compare.paired_sample import Codes, Floats, Values


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Kitagawa (1955), Oaxaca and Blinder (1973), threefold, in the signal's unit; the parts add up to the change.

    `mix`: shares of the categories moved, at the means before. `within`: means within categories moved, at the shares
    before. `interaction`: both at once. `unlike`: what categories without a counterpart on the other side add.
    """

    before: float
    after: float
    mix: float
    within: float
    interaction: float
    unlike: float

    @property
    def change(self) -> float:
        return self.after - self.before


def decompose(before: Values, after: Values) -> Decomposition:
    """Of two non-empty samples whose rows are drawn evenly from their periods."""
    codes = np.union1d(before.category, after.category)
    share_0, mean_0 = _shares_and_means(before, codes)
    share_1, mean_1 = _shares_and_means(after, codes)
    both = np.isfinite(mean_0) & np.isfinite(mean_1)
    shift, rise = (share_1 - share_0)[both], (mean_1 - mean_0)[both]
    alone = np.nan_to_num(share_1 * mean_1)[~both] - np.nan_to_num(share_0 * mean_0)[~both]
    return Decomposition(
        before=float(before.x.mean()),
        after=float(after.x.mean()),
        mix=float(shift @ mean_0[both]),
        within=float(share_0[both] @ rise),
        interaction=float(shift @ rise),
        unlike=float(alone.sum()),
    )


def _shares_and_means(values: Values, codes: Codes) -> tuple[Floats, Floats]:
    """Share of the rows and mean of each category, NaN where it has no row; both of shape (categories,)."""
    place = np.searchsorted(codes, values.category)
    rows = np.bincount(place, minlength=len(codes)).astype(np.float64)
    sums = np.bincount(place, weights=values.x, minlength=len(codes))
    return rows / len(values), np.divide(sums, rows, out=np.full(len(codes), np.nan), where=rows > 0)
