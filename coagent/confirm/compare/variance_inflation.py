"""How many dependent rows are worth one independent row."""

import numpy as np

from coagent.domain.candidate import CAUTION_ROWS, SignalEvidence


def dependence(evidence: SignalEvidence, rows: int) -> float:
    """Variance of a mean over so many neighbouring rows of the reference against that of independent ones, at least 1.

    Linear between the logarithms of the block lengths that were measured, as the last one beyond them.
    """
    if not evidence.cautions:
        return max(evidence.caution, 1.0)
    measured = np.interp(np.log2(max(rows, 1)), np.log2(CAUTION_ROWS), evidence.cautions)
    return max(float(measured), 1.0)
