"""A change of a stream's success rate in one line, under the shift that was open then."""

from rich.text import Text

from coagent.domain.number_format import from_to, moment
from coagent.domain.quality_change import QualityChange
from coagent.entrypoints.terminal.wording import plain


def quality_line(one: QualityChange) -> Text:
    """Since when, from which rate to which, and how to see all of it."""
    since, rates = moment(one.since)[:10], from_to(one.before.rate, one.after.rate, "share")
    said = f"since about {since} success rate by people's labels {rates}, {one.status}: coagent explain {one.id}"
    return Text(plain(said, 400))
