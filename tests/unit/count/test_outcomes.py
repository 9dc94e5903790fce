"""One rule says whether a request failed, for rollups, for trials and for what has no price."""

import numpy as np
import pytest

from coagent.columns import Columns
from coagent.count.row_counters import FIGURES, row_figures
from tests.unit.detect.batches import batch_of

CASES = {
    "ok": ({"status": ["ok"], "http_status": [500.0]}, 1),
    "error": ({"status": ["error"], "http_status": [200.0]}, 0),
    "http alone": ({"http_status": [429.0]}, 0),
    "http alone, fine": ({"http_status": [204.0]}, 1),
    "a type of error alone": ({"error_type": ["timeout"]}, 0),
    "a type of error, and http": ({"error_type": ["timeout"], "http_status": [200.0]}, 0),
    "nothing": ({"output_tokens": [1.0]}, None),
}


@pytest.mark.parametrize(("fields", "succeeded"), CASES.values(), ids=CASES)
def test_an_outcome(fields: dict[str, list], succeeded: int | None) -> None:
    columns = Columns(batch_of(fields))
    [found] = columns.successes()
    assert (None if np.isnan(found) else found) == succeeded
    counted = dict(zip(FIGURES, row_figures(columns)[:, 0].tolist(), strict=True))
    assert (counted["errors"], counted["outcomes_known"]) == (int(succeeded == 0), int(succeeded is not None))
