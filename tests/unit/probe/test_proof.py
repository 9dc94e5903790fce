"""What an endpoint declares and counts: new once, however often values alternate."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from coagent.domain.probe import Probe, ProofChange
from coagent.domain.probe_call import Answer, Ask
from coagent.domain.probe_state import ProbeState
from coagent.domain.segment import Segment
from coagent.probe.plan import begun, take
from coagent.probe.verdict import Verdict, verdict

PROBE = Probe(
    name="p", segment=Segment("a", "m"), base_url="", model="m", key=None, usd_per_mtok_in=Decimal(1),
    usd_per_mtok_out=Decimal(1),
)  # fmt: skip
PROMPTS = [f"p{one}" for one in range(20)]


def batch(state: ProbeState, answers: Iterable[Answer]) -> Verdict:
    """One answer to each prompt, taken in groups of five."""
    work = begun(state, datetime(2026, 3, 1, tzinfo=UTC))
    got = [(Ask(place=one, text=one), answer) for one, answer in zip(PROMPTS, answers, strict=True)]
    for start in range(0, len(got), 5):
        work = take(work, PROBE, got[start : start + 5])
    return verdict(work, 1000.0)


def watching() -> ProbeState:
    return ProbeState(stage="watch", method="border", prompts=PROMPTS, days=[[{"a": 100}] * 20])


def answers(tokens: int = 9, billed: str = "0.00001", fingerprint: str = "f") -> list[Answer]:
    answer = Answer(
        text="a", prompt_tokens=tokens, output_tokens=1, billed_usd=Decimal(billed), system_fingerprint=fingerprint
    )
    return [answer] * 20


def test_a_change_is_said_once_for_a_batch_though_calls_come_in_groups():
    known = batch(watching(), answers()).state
    found = batch(known, answers(12, "0.00004", "g"))
    said = {(one.name, one.before, one.after) for one in found.proofs}
    assert said == {("prompt_tokens", "9", "12"), ("system_fingerprint", "f", "g"), ("billed_per_listed", "1", "3.08")}
    assert (len(found.proofs), found.result, found.state.epoch) == (3, "changed", 1)


def test_two_hosts_that_count_and_bill_otherwise_are_one_change():
    state, said = watching(), list[list[ProofChange]]()
    for day in range(6):
        found = batch(state, answers(*((9, "0.00001"), (12, "0.00004"))[day % 2]))
        state = found.state
        said.append(found.proofs)
    assert [len(one) for one in said] == [0, 2, 0, 0, 0, 0]
    mixed = batch(state, [*answers(9, "0.00001")[:10], *answers(12, "0.000013")[:10]])
    assert [one.name for one in mixed.proofs if one.name == "prompt_tokens"] == []


def test_what_is_never_the_same_ends_as_no_constant_and_is_bounded():
    state = watching()
    for day in range(30):
        found = batch(state, answers(fingerprint=f"f{day}"))
        state = found.state
    assert (found.proofs, len(state.constants.fingerprints)) == ([], 20)
