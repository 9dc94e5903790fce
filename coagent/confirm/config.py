"""What the judgement rests on; the defaults were set on simulated scenarios, none on a labelled case."""

import msgspec


class ConfirmConfig(msgspec.Struct, frozen=True, kw_only=True):
    """`page_confidence`: how sure the family must be to page before the last look. `name_confidence`: how sure to
    name a family at all; below it the cause is unknown. `fresh_rows_answer`: fresh rows before a page that rests on
    the answer's signals alone, and before a change of traffic is told. `fresh_rows_enough`: fresh rows after which the
    cause is told as it stands, unknown too. `same_time_s`: two segments whose
    onsets lie no further apart moved together. `minimum_tail_excess`: the smallest share of requests far out that
    matters where the bulk stands still.
    """

    page_confidence: float = 0.8
    name_confidence: float = 0.75
    fresh_rows_answer: int = 16
    fresh_rows_enough: int = 64
    same_time_s: float = 900.0
    minimum_tail_excess: float = 0.005
