"""A batch of a probe in one line, under the shift that it was compared with."""

from rich.text import Text

from coagent.domain.number_format import minute
from coagent.domain.probe import ProbeOutcome
from coagent.domain.probe_words import PASSIVE, RESULT
from coagent.entrypoints.terminal.wording import plain

SHOWN_REASONS = 2


def probe_line(one: ProbeOutcome) -> Text:
    """When, which probe, what it found, and what that means beside the telemetry."""
    why = "; ".join(one.because[:SHOWN_REASONS])
    joined = f" · {PASSIVE[one.passive]}" if one.passive else ""
    return Text(plain(f"{minute(one.at)} probe {one.probe}: {RESULT[one.result]}{joined} ({why})", 400))
