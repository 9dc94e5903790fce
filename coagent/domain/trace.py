"""The way of the evidence to an alarm and on, for people to see."""

from datetime import datetime

import msgspec


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """A segment's evidence along its rows, thinned out: from its reference through onset and alarm to now.

    `rows` are ordinals, `times` those rows' times, `log10_evidence` log10 of the evidence after each row, which raised
    the alarm when it passed `log10_threshold`. Of each stretch that was thinned out the highest point stayed. After the
    alarm it is what the alarm rose with, less the evidence since then that all is back.
    """

    log10_threshold: float
    rows: list[int]
    times: list[datetime]
    log10_evidence: list[float]
