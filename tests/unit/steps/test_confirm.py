"""From candidates to shifts and dismissals, over a whole life."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from coagent.confirm.config import ConfirmConfig
from coagent.confirm.episodes.state import STATE_VERSION
from coagent.domain.candidate import Candidate, CostEvidence, FieldCounts, PartEvidence, Sample, SignalEvidence
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.domain.signal import BY_NAME
from coagent.domain.trace import Trace
from coagent.steps.confirm import Confirmed, ConfirmStep

START = datetime(2026, 7, 1, tzinfo=UTC)
SEGMENT = Segment("openai", "gpt-4", task="summary")
BEFORE = 256
STEP = ConfirmStep(ConfirmConfig())


def ref(ordinal: int) -> RowRef:
    return RowRef(ordinal=ordinal, time=START + timedelta(seconds=ordinal), request_id=f"r{ordinal}")


def sample(x: np.ndarray) -> Sample:
    return Sample(x.astype("<f8").tobytes(), np.zeros(len(x), "<u2").tobytes())


def drawn(rng: np.random.Generator, signal: str, deviations: float, rows: int) -> np.ndarray:
    """Values that lie so many deviations off; of a binary signal in 10 of 100 rows, and in 40 more for each of them."""
    if BY_NAME[signal].kind == "binary":
        return (rng.random(rows) < 0.1 + 0.4 * deviations).astype(float)
    return 100.0 + 10.0 * (deviations + rng.normal(0, 1, rows))


def candidate(
    moved: dict[str, float],
    *,
    fresh: int = 0,
    phase: str = "growing",
    sequence: int = 0,
    onset: int = 1000,
    suspicious: int = 12,
    segment: Segment = SEGMENT,
    alarmed: bool = True,
    fields: list[FieldCounts] | None = None,
    level: float = 0.0,
    fresh_shift: float | None = None,
    rows_before: int = 1000,
) -> Candidate:
    """`moved`: deviations by which signals move from `level`; names with 0 stand still and did not alarm."""
    rng = np.random.default_rng(onset)
    raised = onset + suspicious - 1

    def evidence(name: str, shift: float) -> SignalEvidence:
        later = shift if fresh_shift is None else fresh_shift
        alarm = ref(raised) if alarmed and shift else None
        return SignalEvidence(
            signal=name,
            alarmed=alarm,
            onset=ref(onset) if alarm else None,
            onset_low=onset - 2 if alarm else None,
            onset_high=onset + 3 if alarm else None,
            log10_evidence=7.0 if alarm else 1.0,
            log10_threshold=6.0,
            block_rows=1,
            before=sample(drawn(rng, name, level, BEFORE)),
            suspicious=sample(drawn(rng, name, level + shift, suspicious)),
            fresh=sample(drawn(rng, name, level + later, min(fresh, 256))),
            opinions={"ADWIN": None},
        )

    return Candidate(
        id=f"{segment.id}-{raised}",
        sequence=sequence,
        phase=phase,
        segment=segment,
        onset=ref(onset),
        raised=ref(raised),
        now=ref(raised + fresh),
        rows_before=rows_before,
        rows_fresh=fresh,
        categories=["all"],
        evidence=[evidence(name, shift) for name, shift in moved.items()],
        fields=fields or [],
    )


SLOWER = {"time_per_output_token_s": 3.0, "time_to_first_token_s": 2.5, "output_tokens": 0.0, "input_length": 0.0}
LONGER = {"output_tokens": 1.0}
"""Nothing else is known: other questions do that as well as another model."""
TRAFFIC = {"output_tokens": 2.0, "input_length": 2.0}


def end_of(moved: dict[str, float], sequence: int) -> Candidate:
    return msgspec.structs.replace(
        candidate(moved, phase="reset", fresh=300, sequence=sequence), evidence=[], fields=[]
    )


def run(*candidates: Candidate, state: bytes | None = None) -> list[Confirmed]:
    reported = []
    for one in candidates:
        reported.append(STEP(state, one))
        state = reported[-1].state
    return reported


def only(confirmed: Confirmed) -> Shift:
    assert len(confirmed.shifts) == 1
    assert confirmed.dismissed == []
    return confirmed.shifts[0]


def test_a_clear_alarm_of_the_providers_own_signals_pages_at_once():
    shift = only(run(candidate(SLOWER, phase="raised"))[0])

    assert (shift.cause.family, shift.cause.kind) == ("provider", "capacity")
    assert shift.page
    assert shift.status == "open"
    assert shift.raised == ref(1011)
    assert (shift.onset, shift.onset_low, shift.onset_high) == (ref(1000), 998, 1003)
    moved = [change for change in shift.signals if change.moved]
    assert [change.name for change in moved] == ["time_per_output_token_s", "time_to_first_token_s"]
    assert [(change.p_value, change.direction) for change in moved] == [(None, "worse")] * 2
    assert (shift.direction, shift.held_because) == ("worse", [])


def test_it_lists_all_that_is_watched_and_says_what_did_not_move():
    shift = only(run(candidate(SLOWER, fresh=64))[0])
    still = [change for change in shift.signals if not change.moved]

    assert {change.name for change in shift.signals} == set(SLOWER)
    assert {change.name for change in still} == {"output_tokens", "input_length"}
    assert {change.direction for change in still} == {"neither"}
    assert all(change.effect.low <= change.effect.value <= change.effect.high for change in still)


FASTER = {"time_per_output_token_s": -3.0, "time_to_first_token_s": -2.5, "output_tokens": 0.0, "input_length": 0.0}


@pytest.mark.parametrize("phase", ["raised", "growing", "final"])
def test_what_is_better_alone_is_reported_and_never_pages(phase: str):
    shift = only(run(candidate(FASTER, phase=phase, fresh=256 if phase == "final" else 64))[0])

    assert (shift.direction, shift.status, shift.page) == ("better", "open", False)
    assert shift.held_because == ["not_worse"]
    assert shift.cause.family == "provider"


def test_faster_and_unlike_before_is_mixed_and_pages():
    shift = only(run(candidate({**FASTER, "mean_logprob": 3.0}, fresh=64))[0])

    assert (shift.direction, shift.page, shift.held_because) == ("mixed", True, [])


def test_what_first_looked_better_pages_once_it_is_worse_too():
    worse = {**FASTER, "mean_logprob": -3.0}
    better, mixed = run(candidate(FASTER, fresh=16), candidate(worse, fresh=64, sequence=1))

    assert (only(better).page, only(mixed).page) == (False, True)
    assert only(mixed).raised == ref(1075)


@pytest.mark.parametrize(
    ("moved", "fresh", "held"), [(LONGER, 64, "cause_unknown"), (TRAFFIC, 64, "traffic"), (FASTER, 64, "not_worse")]
)
def test_a_shift_that_does_not_page_says_why(moved: dict[str, float], fresh: int, held: str):
    shift = only(run(candidate(moved, fresh=fresh))[0])

    assert not shift.page
    assert held in shift.held_because


def test_one_change_of_a_provider_pages_once_for_all_its_models():
    models = [Segment("openai", name) for name in ("gpt-4", "gpt-5")]
    first, second = run(*(candidate(SLOWER, segment=model, fresh=16) for model in models))

    assert (only(first).page, only(second).page) == (True, False)
    assert only(second).held_because == ["already_paged"]
    assert only(second).cause.because[-1] == f"already paged as {only(first).id} (openai/gpt-4)"
    later = only(run(candidate(SLOWER, segment=models[0], fresh=64, sequence=1), state=second.state)[0])
    assert (later.page, later.held_because) == (True, [])


def test_it_says_who_is_affected_and_what_it_costs():
    part = PartEvidence(
        dimension="tenant", name="a", rows_before=100, rows=20, mean_rank=0.9, low=0.8, high=0.95, alarmed=True
    )
    still = msgspec.structs.replace(part, name="b", rows=300, mean_rank=0.5, low=0.45, high=0.55, alarmed=False)
    cost = CostEvidence(
        requests_per_day=1000, priced_share=1.0,
        n_before=100, mean_before_usd=0.01, sd_before_usd=0.002, n_after=50, mean_after_usd=0.02, sd_after_usd=0.002,
    )  # fmt: skip
    one = candidate(SLOWER, fresh=64)
    shift = only(run(msgspec.structs.replace(one, signal="time_per_output_token_s", parts=[still, part], cost=cost))[0])

    assert [(part.name, part.carries, part.requests) for part in shift.parts] == [("a", True, 20), ("b", False, 300)]
    assert shift.parts[0].effect.value == pytest.approx(0.8)
    assert shift.cost.usd_per_day == pytest.approx(10)
    assert 9 < shift.cost.low < 10 < shift.cost.high < 11


def dense(one: Candidate, seconds: float) -> Candidate:
    """After a row a second from the start, onset to alarm within so many seconds; then so many more."""
    raised = msgspec.structs.replace(one.raised, time=one.onset.time + timedelta(seconds=seconds))
    now = msgspec.structs.replace(one.now, time=raised.time + timedelta(seconds=seconds))
    rows = [0, 250, 500]
    before = Trace(log10_threshold=6.0, rows=rows, times=[ref(row).time for row in rows], log10_evidence=[0.0] * 3)
    return msgspec.structs.replace(one, raised=raised, now=now, trace=before)


def later(one: Candidate, seconds: float) -> Candidate:
    now = msgspec.structs.replace(one.now, time=one.raised.time + timedelta(seconds=seconds))
    return msgspec.structs.replace(one, now=now)


def test_a_clock_that_jumped_before_makes_no_burst_of_what_follows():
    one = dense(candidate(SLOWER, phase="raised", suspicious=40), 40.0)
    early = [time - timedelta(hours=6) for time in one.trace.times[:2]]
    jumped = msgspec.structs.replace(one.trace, times=[*early, one.trace.times[2]])
    assert only(run(msgspec.structs.replace(one, trace=jumped))[0]).page


def test_the_last_look_reports_what_only_a_burst_showed():
    assert only(run(dense(candidate(SLOWER, phase="final", fresh=256, suspicious=40), 2.0))[0]).status == "open"


YOUNG = {"suspicious": 40, "rows_before": 400}
"""The alarm took a tenth as many rows as the reference has."""


def visited(one: Candidate, rows: int) -> Candidate:
    """So many of its fresh rows, from the hundredth on, look as before."""

    def with_visit(evidence: SignalEvidence) -> SignalEvidence:
        before, fresh = (np.frombuffer(side.values).copy() for side in (evidence.before, evidence.fresh))
        fresh[100 : 100 + rows] = before[:rows]
        return msgspec.structs.replace(evidence, fresh=sample(fresh))

    return msgspec.structs.replace(one, evidence=[with_visit(evidence) for evidence in one.evidence])


def with_cautions(one: Candidate, times: float) -> Candidate:
    """Means over rows of the reference varied so many times as much as independent rows would let them."""
    evidence = [msgspec.structs.replace(each, cautions=[1.0, *[times] * 4]) for each in one.evidence]
    return msgspec.structs.replace(one, evidence=evidence)


SINCE = np.arange(40 + 256)
"""Rows since the onset at the last look."""
TURN = 20


def last_look(rows: Callable[[np.random.Generator], np.ndarray], seed: int, kinds: int = 1) -> Candidate:
    """Of a young reference: `rows` gives the deviations of the moved signals since the onset, of shape (296,). So many
    kinds of requests take turns of 20 rows each.
    """

    def side(x: np.ndarray) -> Sample:
        categories = np.arange(len(x)) // TURN % kinds
        return msgspec.structs.replace(sample(x), categories=categories.astype("<u2").tobytes())

    def with_rows(at: int, evidence: SignalEvidence) -> SignalEvidence:
        if not evidence.alarmed:
            return evidence
        before = side(np.frombuffer(evidence.before.values)[:192])
        since = 100 + 10 * rows(np.random.default_rng([seed, at]))
        return msgspec.structs.replace(evidence, before=before, suspicious=side(since[:40]), fresh=side(since[40:]))

    one = candidate(SLOWER, phase="final", fresh=256, onset=1000 + seed, **YOUNG)
    evidence = [with_rows(at, each) for at, each in enumerate(one.evidence)]
    return msgspec.structs.replace(one, evidence=evidence)


@pytest.mark.parametrize(
    "rows",
    [
        lambda rng: rng.normal(1.5, 1.0, 296),
        lambda rng: rng.normal(np.where(SINCE // 60 % 2, 1.9, 1.3)),
    ],
    ids=["steady", "swings"],
)
def test_what_stays_is_reported(rows: Callable[[np.random.Generator], np.ndarray]):
    reported = [run(last_look(rows, seed, kinds))[0] for seed in range(30) for kinds in (1, 2)]
    assert all(only(one).page for one in reported)


def test_rounding_does_not_come_and_go():
    def rows(_rng: np.random.Generator) -> np.ndarray:
        return np.where(SINCE // TURN % 2, 0.05, 0.9)

    assert all(only(run(last_look(rows, seed, kinds=2))[0]).page for seed in range(30))


def test_a_kind_of_requests_that_moves_alone_does_not_come_and_go():
    def rows(rng: np.random.Generator) -> np.ndarray:
        return rng.normal(1.5 * (SINCE // TURN % 2))

    reported = [run(last_look(rows, seed, kinds=2))[0] for seed in range(30)]
    assert sum(len(one.dismissed) for one in reported) <= 1


def grown(one: Candidate) -> Candidate:
    """Its second hundred fresh rows moved twice as far."""

    def grow(evidence: SignalEvidence) -> SignalEvidence:
        fresh = np.frombuffer(evidence.fresh.values).copy()
        fresh[100:] += fresh[:100].mean() - np.frombuffer(evidence.before.values).mean()
        return msgspec.structs.replace(evidence, fresh=sample(fresh))

    return msgspec.structs.replace(one, evidence=[grow(evidence) for evidence in one.evidence])


def test_a_change_that_grows_on_does_not_come_and_go():
    slower = {**SLOWER, "time_per_output_token_s": 1.0, "time_to_first_token_s": 1.0}
    assert only(run(grown(candidate(slower, phase="final", fresh=256, **YOUNG)))[0]).page


def with_few_far_out(one: Candidate, share: float) -> Candidate:
    """That share of its rows since the onset, drawn one by one, is six deviations away."""
    rng = np.random.default_rng(one.onset.ordinal)

    def far(side: Sample) -> Sample:
        x = np.frombuffer(side.values)
        return sample(np.where(rng.random(len(x)) < share, x + 60.0, x))

    moved = {"time_to_first_token_s", "time_per_output_token_s"}
    evidence = [
        msgspec.structs.replace(each, suspicious=far(each.suspicious), fresh=far(each.fresh))
        if each.signal in moved
        else each
        for each in one.evidence
    ]
    return msgspec.structs.replace(one, evidence=evidence)


@pytest.mark.parametrize(("share", "stretch"), [(0.3, 25), (0.2, 40), (0.1, 90)])
def test_what_moves_few_requests_far_does_not_come_and_go(share: float, stretch: int):
    still = {"time_per_output_token_s": 1e-9, "time_to_first_token_s": 1e-9, "output_tokens": 0.0}
    young = {"suspicious": stretch, "rows_before": 15 * stretch - 1}
    onsets = range(1000, 1030)
    last = [candidate(still, phase="final", fresh=256, onset=onset, **young) for onset in onsets]
    reported = [run(with_few_far_out(one, share))[0] for one in last]
    assert sum(len(one.dismissed) for one in reported) <= 1


def slow(one: Candidate) -> Candidate:
    """Its rows two minutes apart."""
    early = msgspec.structs.replace(one.onset, time=one.raised.time - timedelta(minutes=80))
    return msgspec.structs.replace(one, onset=early)


@pytest.mark.parametrize(
    "one",
    [
        candidate(SLOWER, phase="raised", suspicious=16, rows_before=160),
        candidate(SLOWER, phase="raised", suspicious=40, rows_before=800),
        candidate(SLOWER, phase="raised", suspicious=100, rows_before=4000),
        candidate(SLOWER, phase="raised", suspicious=300, rows_before=6000),
        slow(candidate(SLOWER, phase="raised", **YOUNG)),
        candidate({**SLOWER, "refusal": 1.0}, phase="raised", **YOUNG),
        candidate(SLOWER, phase="raised", fields=[FieldCounts("response_model", {"a": 300}, {"b": 40})], **YOUNG),
    ],
    ids=["soon", "long reference", "long and slow", "slower than the wait", "far apart", "rate", "declared"],
)
def test_it_need_not_last_where_it_cannot_end_by_itself(one: Candidate):
    assert only(run(one)[0]).page


def test_a_clients_choice_that_moved_too_is_no_reason_to_report_it_sooner():
    assert not run(candidate({**SLOWER, "stream": 1.0}, phase="raised", **YOUNG))[0].shifts


def test_later_looks_update_it_in_place():
    first, second = run(candidate(SLOWER, phase="raised"), candidate(SLOWER, fresh=16, sequence=1))
    early, late = only(first), only(second)

    assert early.id == late.id
    assert (early.sequence, late.sequence) == (0, 1)
    assert early.raised == late.raised == ref(1011)
    assert late.updated == ref(1027)
    assert all(change.q_value < 1e-4 for change in late.signals if change.moved)


def test_an_alarm_of_the_answer_alone_waits_and_is_unknown():
    looks = [candidate(LONGER, fresh=rows, sequence=n) for n, rows in enumerate((0, 4, 16, 32))]
    reported = run(*looks, candidate(LONGER, fresh=64, sequence=4))

    assert all(not one.shifts and not one.dismissed for one in reported[:-1])
    assert only(reported[-1]).cause.family == "unknown"
    assert not only(reported[-1]).page


def test_a_change_of_traffic_is_reported_and_pages_nobody():
    shift = only(run(candidate(TRAFFIC, fresh=64))[0])

    assert (shift.cause.family, shift.cause.kind, shift.page) == ("traffic", "traffic_mix", False)


def test_traffic_that_only_leans_holds_a_page_back():
    leaning = candidate({**SLOWER, "input_length": 1.2}, phase="raised", alarmed=False)
    evidence = [
        msgspec.structs.replace(one, alarmed=ref(1011), log10_evidence=7.0)
        if one.signal.startswith("time") and one.signal != "input_length"
        else one
        for one in leaning.evidence
    ]

    assert run(msgspec.structs.replace(leaning, evidence=evidence))[0].shifts == []


def test_our_own_deploy_is_the_clients():
    fields = [FieldCounts("app_version", {"1.0": 900}, {"1.1": 12})]
    shift = only(run(candidate(LONGER, phase="raised", fields=fields))[0])

    assert (shift.cause.family, shift.cause.kind, shift.page) == ("client", "deploy", True)
    assert "app version 1.1 went from 0 % to 100 % of the rows" in shift.cause.because


def test_raised_is_the_row_that_made_it_a_page():
    unknown, paged = run(
        candidate(LONGER, fresh=64),
        candidate({**LONGER, "input_chars_per_token": 3.0, "time_per_output_token_s": 2.0}, fresh=128, sequence=1),
    )

    assert (only(unknown).page, only(unknown).raised) == (False, ref(1075))
    assert (only(paged).page, only(paged).raised) == (True, ref(1139))
    assert only(unknown).id == only(paged).id


def test_what_is_too_small_at_the_last_look_is_dismissed():
    reported = run(candidate({"time_to_first_token_s": 1.0}, phase="final", fresh=256, fresh_shift=0.0))[0]

    assert reported.shifts == []
    assert reported.dismissed[0].signal == "time_to_first_token_s"
    assert reported.dismissed[0].why.startswith("time to first token is not seen any more: Cliff's delta")
    assert reported.dismissed[0].raised == ref(1011)


def test_a_reported_shift_that_is_gone_at_the_last_look_recovered():
    reported = run(candidate(SLOWER), candidate(SLOWER, phase="final", fresh=256, sequence=1, fresh_shift=0.0))

    assert only(reported[1]).status == "recovered"
    assert only(reported[0]).id == only(reported[1]).id


def way(*log10_evidence: float) -> Trace:
    rows = [990 + place for place in range(len(log10_evidence))]
    times = [ref(row).time for row in rows]
    return Trace(log10_threshold=6.0, rows=rows, times=times, log10_evidence=list(log10_evidence))


def test_a_shift_shows_how_it_was_found_and_how_it_went_on():
    there = msgspec.structs.replace(candidate(SLOWER), trace=way(-1, 6.5))
    back = candidate(SLOWER, phase="recovered", fresh=40, sequence=1, fresh_shift=0.0)
    reported = [only(one) for one in run(there, msgspec.structs.replace(back, trace=way(-1, 6.5, 3.0)))]

    assert [shift.alarm for shift in reported] == [ref(1011), ref(1011)]
    assert [shift.evidence for shift in reported] == [way(-1, 6.5), way(-1, 6.5, 3.0)]


@pytest.mark.parametrize(("phase", "status"), [("recovered", "recovered"), ("reset", "accepted")])
def test_how_a_reported_shift_ends(phase, status):
    reported = run(candidate(SLOWER), candidate(SLOWER, phase=phase, fresh=40, sequence=1, fresh_shift=0.0))

    assert only(reported[1]).status == status
    assert (only(reported[1]).cause, only(reported[1]).signals) == (only(reported[0]).cause, only(reported[0]).signals)


def test_a_person_accepts_what_was_reported_to_its_end():
    """Its rows are the reference by then: the candidate has no evidence left."""
    reported = run(candidate(SLOWER), candidate(SLOWER, phase="final", fresh=256, sequence=7), end_of(SLOWER, 8))

    assert (only(reported[2]).status, only(reported[2]).id) == ("accepted", only(reported[0]).id)
    assert only(reported[2]).signals == only(reported[1]).signals


@pytest.mark.parametrize(("moved", "phase"), [(SLOWER, "recovered"), (LONGER, "recovered")])
def test_what_is_over_is_not_accepted_any_more(moved, phase):
    reported = run(
        candidate(moved), candidate(moved, phase=phase, fresh=40, sequence=1, fresh_shift=0.0), end_of(moved, 2)
    )

    assert (reported[2].shifts, reported[2].dismissed) == (reported[1].shifts, reported[1].dismissed)


@pytest.mark.parametrize(
    ("phase", "why"),
    [
        ("recovered", "went back to what it was by itself within 51 rows"),
        ("reset", "its reference was replaced before it was judged"),
    ],
)
def test_what_ends_before_it_is_reported_is_dismissed(phase, why):
    reported = run(candidate(LONGER), candidate(LONGER, phase=phase, fresh=40, sequence=1))

    assert reported[1].shifts == []
    assert [one.why for one in reported[1].dismissed] == [why]


def test_a_repeated_message_changes_nothing_and_says_the_same():
    reported = run(candidate(SLOWER), candidate(SLOWER, fresh=16, sequence=1), candidate(SLOWER, fresh=16, sequence=1))

    assert reported[1] == reported[2]


def test_after_a_crash_before_the_state_was_stored_the_same_is_said():
    first = run(candidate(SLOWER))[0]
    again = [STEP(first.state, candidate(SLOWER, fresh=16, sequence=1)) for _ in range(2)]

    assert again[0] == again[1]


def test_an_older_message_says_nothing():
    reported = run(candidate(SLOWER), candidate(SLOWER, fresh=16, sequence=1), candidate(SLOWER))

    assert (reported[2].shifts, reported[2].dismissed) == ([], [])
    assert reported[1].state == reported[2].state


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\x00 no msgpack",
        msgspec.msgpack.encode([STATE_VERSION + 1, {"episodes": 3}]),
        msgspec.msgpack.encode([STATE_VERSION, b"no zlib"]),
        msgspec.msgpack.encode([STATE_VERSION, 7]),
        msgspec.msgpack.encode("text"),
    ],
)
def test_a_state_that_cannot_be_read_begins_anew(state):
    assert STEP(None, candidate(SLOWER)) == STEP(state, candidate(SLOWER))


def test_a_second_change_ends_the_first_as_accepted():
    later = candidate({**SLOWER, "time_to_first_token_s": 2.0}, onset=3000, level=3.0)
    reported = run(candidate(SLOWER), candidate(SLOWER, phase="final", fresh=256, sequence=1), later)
    first, second = reported[2].shifts

    assert (first.id, first.status) == (only(reported[1]).id, "accepted")
    assert first.sequence > only(reported[1]).sequence
    assert second.status == "open"
    assert second.id != first.id


def test_a_change_back_is_the_first_ones_recovery():
    there = candidate({"time_per_output_token_s": 3.0, "output_tokens": 0.0, "input_length": 0.0})
    back = {"time_per_output_token_s": -3.0, "output_tokens": 0.0, "input_length": 0.0}
    reported = run(
        there,
        candidate(back, onset=3000, level=3.0),
        candidate(back, onset=3000, level=3.0, fresh=256, phase="final", sequence=1),
    )

    assert [only(one).status for one in reported] == ["open", "recovered", "recovered"]
    assert len({only(one).id for one in reported}) == 1
    assert [only(one).sequence for one in reported] == [0, 1, 2]


def test_an_overlapping_candidate_updates_the_open_shift():
    later_onset = candidate(SLOWER, onset=1005, fresh=64)
    reported = run(candidate(SLOWER, fresh=16), later_onset)

    assert only(reported[0]).id == only(reported[1]).id
    assert only(reported[0]).sequence < only(reported[1]).sequence


def test_other_tenants_make_the_provider_surer():
    tenants = [msgspec.structs.replace(SEGMENT, tenant=name) for name in "abc"]
    weak = {"output_tokens": 1.2, "time_per_output_token_s": 0.8, "input_length": 0.0}
    reported = run(*(candidate(weak, segment=tenant, fresh=64) for tenant in tenants))
    sure = [only(one).cause.confidence for one in reported]

    assert sure[0] < sure[1] < sure[2]
    assert any("2 other streams" in reason for reason in only(reported[2]).cause.because)


def test_signals_that_are_not_known_here_are_passed_over():
    odd = candidate(SLOWER)
    evidence = [*odd.evidence, msgspec.structs.replace(odd.evidence[0], signal="of_a_newer_version")]

    assert STEP(None, odd) == STEP(None, msgspec.structs.replace(odd, evidence=evidence))


def test_samples_without_rows_are_passed_over():
    empty = sample(np.empty(0))
    bare = candidate(SLOWER)
    evidence = [msgspec.structs.replace(one, before=empty) for one in bare.evidence]
    reported = STEP(None, msgspec.structs.replace(bare, evidence=evidence, phase="final"))

    assert only(reported).signals == []
    assert only(reported).cause.family == "unknown"
