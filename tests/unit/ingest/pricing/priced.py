"""Costs of a few rows of one segment."""

from datetime import UTC, datetime

import numpy as np

from coagent.domain.batch import TextColumn
from coagent.domain.segment import Segment
from coagent.ingest.pricing.price_table import PriceTable

JUNE_S = datetime(2026, 6, 1, 8, tzinfo=UTC).timestamp()
JULY_S = datetime(2026, 7, 1, tzinfo=UTC).timestamp()
TABLE = PriceTable()


def text_column(texts):
    values = list(dict.fromkeys(text for text in texts if text is not None))
    return TextColumn(values, np.array([-1 if text is None else values.index(text) for text in texts], "<i4").tobytes())


def texts_of(column):
    return [None if code < 0 else column.values[code] for code in np.frombuffer(column.codes, "<i4").tolist()]


def columns_of(times_s, tokens, texts):
    rows = max(np.size(one) for one in (times_s, *tokens.values(), *(texts or {}).values()))
    numbers = {name: np.broadcast_to(np.asarray(one, np.float64), rows).copy() for name, one in tokens.items()}
    numbers["time_s"] = np.broadcast_to(np.asarray(times_s, np.float64), rows)
    return numbers, {name: text_column(values) for name, values in (texts or {}).items()}


def listed(segment, table=TABLE, times_s=JULY_S, texts=None, **tokens):
    return table.list_costs(segment, *columns_of(times_s, tokens, texts))


def costs(segment, table=TABLE, times_s=JULY_S, texts=None, **tokens):
    found = listed(segment, table, times_s, texts, **tokens)
    return None if found is None else found[0].tolist()


def cost(provider, model, tier=None, response_model=None, times_s=JUNE_S, **tokens):
    """Of one request; None where unknown."""
    texts = {"service_tier": [tier], "response_model": [response_model]}
    found = costs(Segment(provider, model), times_s=times_s, texts=texts, **tokens)
    return None if found is None else found[0]
