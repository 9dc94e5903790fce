"""What the judgement rests on; the defaults were set on simulated scenarios, none on a labelled case."""

import msgspec


class ConfirmConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Probabilities of the family: `name_confidence` to name one, and so to page (below it the cause is unknown),
    `sure_confidence` to page before `fresh_rows_answer` on the answer's signals alone, `keep_confidence` to keep one
    that has paged.

    `fresh_rows_answer`: fresh rows before a page that rests on the answer's signals alone, and before a change of the
    mix is reported. `fresh_rows_enough`: fresh rows after which the cause is reported as it stands, unknown too, and
    after which an effect that is not seen is gone. `same_time_s`: two streams whose onsets lie no further apart moved
    together. `clear_q`: the q-value at which a move is clear enough to report early. `minimum_tail_excess`: the
    smallest share of requests far out that matters where the bulk did not move.
    """

    sure_confidence: float = 0.95
    name_confidence: float = 0.75
    keep_confidence: float = 0.5
    fresh_rows_answer: int = 16
    fresh_rows_enough: int = 64
    same_time_s: float = 900.0
    clear_q: float = 0.05
    minimum_tail_excess: float = 0.005
