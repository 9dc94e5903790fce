"""Other segments of the provider."""

from datetime import UTC, datetime, timedelta

from coagent.confirm.cause.neighbours import neighbour_findings, neighbours
from coagent.confirm.episodes.state import Episode, ProviderState
from coagent.domain.segment import Segment

from .worlds import SCENARIOS, START, stream

CANDIDATE = next(stream(SCENARIOS[0], 1))


def provider(*episodes: Episode) -> ProviderState:
    found = ProviderState({})
    for episode in episodes:
        found = found.with_episode(episode)
    return found


def episode(tenant: str, minutes: float = 0.0, moved=("output_tokens",), family="provider") -> Episode:
    at = CANDIDATE.onset.time + timedelta(minutes=minutes)
    return Episode(
        segment=Segment("openai", "gpt-4", endpoint=tenant),
        candidate=tenant,
        sequence=1,
        onset_s=at.timestamp(),
        moved=list(moved),
        family=family,
        kind="unknown",
    )


def look(*episodes: Episode):
    return neighbours(provider(*episodes), CANDIDATE, {"output_tokens"}, 900.0)


def test_segments_that_moved_at_the_same_time_are_counted():
    found = look(episode("a"), episode("b", 10), episode("c", 60))

    assert ["a", "b"] == [segment.endpoint for segment in found.moved]
    assert ["c"] == [segment.endpoint for segment in found.quiet]
    assert found.reach == "2 endpoints"
    assert neighbour_findings(found)[0].text == "2 other streams of this provider moved at the same time (2 endpoints)"


def test_their_own_traffic_deploy_or_other_signals_do_not_count():
    found = look(
        episode("a", family="traffic"), episode("b", family="client"), episode("c", moved=("time_to_first_token_s",))
    )

    assert found.moved == []
    assert neighbour_findings(found) == []


def test_quiet_segments_are_reported_where_nobody_moved():
    assert ["alone"] == [finding.name for finding in neighbour_findings(look(episode("a", 600)))]


def test_quiet_segments_are_counted_in_words_that_fit():
    one, two = (neighbour_findings(look(*(episode(name, 600) for name in names)))[0] for names in ("a", "ab"))

    assert one.text == "another stream of this model did not change at the same time"
    assert two.text == "2 other streams of this model did not change at the same time"


def test_nobody_known_says_nothing():
    assert neighbour_findings(look()) == []
    assert datetime(2026, 7, 1, tzinfo=UTC) == START
