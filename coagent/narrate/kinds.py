"""What can be written about: each kind of subject with its facts and its claims. A new kind is a row here."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from coagent.domain.insight import Fact, Kind
from coagent.domain.opportunity import Opportunity
from coagent.domain.probe import ProbeOutcome
from coagent.domain.quality_change import QualityChange
from coagent.domain.shift import Shift
from coagent.domain.silence import Silence
from coagent.domain.slo import Burn
from coagent.domain.subject import AnySubject
from coagent.domain.verdict import Verdict
from coagent.narrate.burn_claims import burn_claims
from coagent.narrate.burn_facts import burn_facts
from coagent.narrate.claim import Claim
from coagent.narrate.opportunity_claims import opportunity_claims
from coagent.narrate.opportunity_facts import opportunity_facts
from coagent.narrate.probe_claims import probe_claims
from coagent.narrate.probe_facts import probe_facts
from coagent.narrate.quality_claims import quality_claims
from coagent.narrate.quality_facts import quality_facts
from coagent.narrate.shift_claims import shift_claims
from coagent.narrate.shift_facts import shift_facts
from coagent.narrate.silence_claims import silence_claims
from coagent.narrate.silence_facts import silence_facts
from coagent.narrate.verdict_claims import verdict_claims
from coagent.narrate.verdict_facts import verdict_facts


class KindOfSubject(msgspec.Struct, frozen=True):
    """`facts` may have empty values, which are left out; `claims` gets the facts by name. `rewritten`: a model may
    arrange it anew. `decided`: it waits for a word of people. `has_own_id`: the insight has the subject's id.
    """

    kind: Kind
    facts: Callable[[Any], list[Fact]]
    claims: Callable[[Any, Mapping[str, Fact]], list[Claim]]
    rewritten: bool = True
    decided: bool = False
    has_own_id: bool = False


KINDS: Mapping[type[Any], KindOfSubject] = {
    Shift: KindOfSubject("shift", shift_facts, shift_claims),
    Opportunity: KindOfSubject("opportunity", opportunity_facts, opportunity_claims, decided=True),
    Silence: KindOfSubject("silence", silence_facts, silence_claims, rewritten=False, has_own_id=True),
    Burn: KindOfSubject("burn", burn_facts, burn_claims, rewritten=False, has_own_id=True),
    Verdict: KindOfSubject("verdict", verdict_facts, verdict_claims, rewritten=False, has_own_id=True),
    ProbeOutcome: KindOfSubject("probe", probe_facts, probe_claims, rewritten=False, has_own_id=True),
    QualityChange: KindOfSubject("quality", quality_facts, quality_claims, rewritten=False, has_own_id=True),
}


def kind_of(subject: AnySubject) -> KindOfSubject:
    return KINDS[type(subject)]


def facts_of(subject: AnySubject) -> list[Fact]:
    """A fact about a signal is named `<signal> <aspect>`; names are unique, no value is empty."""
    return [fact for fact in kind_of(subject).facts(subject) if fact.value]


def claims_of(subject: AnySubject, facts: list[Fact]) -> list[Claim]:
    """What the facts allow to say."""
    return kind_of(subject).claims(subject, {fact.name: fact for fact in facts})
