"""What a draft has to say, whatever else it says."""

from coagent.domain.insight import Fact
from coagent.narrate.draft import Draft
from coagent.narrate.grounding import normalized
from coagent.narrate.grounds import grounds_of, scope
from coagent.narrate.moments import moments, same_moment
from coagent.narrate.quantities import quantities, same


def left_out(draft: Draft, facts: list[Fact]) -> list[str]:
    """The model, the onset's time and a figure that shows the change; or the model and the savings expected."""
    text = normalized(f"{draft.title}\n{draft.text}")
    known = {fact.name: fact for fact in facts}
    missing = []
    if normalized(known["model"].value).lower() not in text.lower():
        missing.append(f"the model is not named: `{known['model'].value}`")
    if "onset time" in known and not _names_onset(text, facts):
        missing.append(f"it is not said since when: {known['onset time'].value} UTC")
    figures = [fact for fact in facts if _is_outcome(fact)]
    if figures and not any(_gives(text, fact) for fact in figures):
        missing.append(f"no size is given, such as {figures[0].name}: {figures[0].value} {figures[0].unit}".rstrip())
    return missing


def _is_outcome(fact: Fact) -> bool:
    return fact.name == "savings expected" or (
        scope(fact.name) is not None and fact.name.endswith(" after") and not fact.name.endswith("requests after")
    )


def _gives(text: str, fact: Fact) -> bool:
    value = quantities(f"{fact.value} {fact.unit}")[0]
    return any(same(quantity, value) for quantity in quantities(text))


def _names_onset(text: str, facts: list[Fact]) -> bool:
    onset = grounds_of([fact for fact in facts if fact.name == "onset time"]).moments
    return any(same_moment(moment, known) for moment in moments(text) for known in onset if known.clock is not None)
