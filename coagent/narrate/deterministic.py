"""The narrator without a model: templates over facts, nothing that no fact says."""

from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import Shift
from coagent.narrate.draft import Draft
from coagent.narrate.facts import facts_of
from coagent.narrate.opportunity_text import opportunity_text
from coagent.narrate.shift_text import shift_text

NARRATOR = "deterministic"


def plain_draft(subject: Shift | Opportunity) -> Draft:
    """Title and text; every figure, name and date in them is a fact of the subject."""
    facts = {fact.name: fact for fact in facts_of(subject)}
    return shift_text(subject, facts) if isinstance(subject, Shift) else opportunity_text(facts)
