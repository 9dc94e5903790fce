"""Every value that a sentence may use, rounded as it may be written."""

from coagent.domain.insight import Fact
from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import Shift
from coagent.narrate.opportunity_facts import opportunity_facts
from coagent.narrate.shift_facts import shift_facts


def facts_of(subject: Shift | Opportunity) -> list[Fact]:
    """Facts of the subject. A fact about a signal is named `<signal> <aspect>`; names are unique, no value is empty."""
    facts = shift_facts(subject) if isinstance(subject, Shift) else opportunity_facts(subject)
    return [fact for fact in facts if fact.value]
