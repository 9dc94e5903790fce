"""Whether the traffic can be behind a change: how far it moved itself, and when."""

import msgspec

from coagent.confirm.cause.covariates import after_them, explained, long_before, traffic_findings
from coagent.confirm.compare.signal_result import signal_results
from coagent.confirm.compare.variance_inflation import dependence
from coagent.domain.candidate import Candidate

from .worlds import ORDINARY, Scenario, stream


def last(**after: float) -> Candidate:
    *_, candidate = stream(Scenario("", ORDINARY.but(**after), frozenset()), 1)
    return candidate


def with_evidence(candidate: Candidate, signal: str, **changes: object) -> Candidate:
    evidence = [msgspec.structs.replace(one, **changes) if one.signal == signal else one for one in candidate.evidence]
    return msgspec.structs.replace(candidate, evidence=evidence)


def strength(candidate: Candidate) -> float:
    found = {one.name: one.strength for one in traffic_findings(candidate, signal_results(candidate))}
    return found.get("traffic", 0.0)


def sides(candidate: Candidate) -> tuple[list, list]:
    results = list(signal_results(candidate).values())
    return [one for one in results if one.signal.owner == "client"], [
        one for one in results if one.signal.owner != "client"
    ]


def test_traffic_that_hardly_moved_explains_little_of_a_large_change():
    assert explained(*sides(last(input_scale=1.2, refusal=0.6))) < 0.5


def test_traffic_that_moved_as_far_as_the_answers_explains_them():
    assert explained(*sides(last(input_scale=2.5, output_scale=0.6))) == 1


def test_a_wobble_that_the_reference_showed_before_is_no_move():
    candidate = last(input_scale=1.4, refusal=0.3)
    wobbly = with_evidence(candidate, "input_length", cautions=[1.0, 8.0, 60.0, 300.0, 300.0], alarmed=None)

    assert strength(candidate) > 0
    assert strength(with_evidence(wobbly, "input_length", log10_evidence=0.0)) == 0


def test_traffic_that_moved_after_the_signals_is_not_behind_them():
    candidate = last(input_scale=2.0, output_scale=0.5)
    low = candidate.onset.ordinal + 100
    late = with_evidence(candidate, "input_length", onset_low=low, onset_high=low + 20)
    covariates, signals = sides(late)

    assert after_them(covariates[0], signals)
    assert not long_before(covariates[0], signals)
    assert strength(candidate) > 0 == strength(late)


def test_dependence_is_read_at_the_number_of_rows():
    evidence = msgspec.structs.replace(last(pace=0.03).evidence[0], cautions=[1.0, 2.0, 4.0, 4.0, 4.0])

    assert [dependence(evidence, rows) for rows in (0, 1, 8, 64, 100_000)] == [1, 1, 2, 4, 4]
