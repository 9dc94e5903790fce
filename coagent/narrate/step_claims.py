"""What to do next, out of the catalogue."""

from collections.abc import Mapping

from coagent.domain.insight import Fact
from coagent.narrate.claim import Claim, claim

STEP = "next step "


def step_claims(facts: Mapping[str, Fact]) -> list[Claim]:
    """In the order to do them."""
    steps = [fact for name, fact in facts.items() if name.startswith(STEP)]
    return [_step(place, step) for place, step in enumerate(steps, 1)]


def _step(place: int, step: Fact) -> Claim:
    return claim(f"step.{place}", "{step}", {"step": step}, heading="Next", slot="next", is_item=True, is_sentence=True)
