"""What is remembered of a provider stays small and readable."""

import pytest

from coagent.confirm.config import ConfirmConfig
from coagent.confirm.episodes.state import MOST_SEGMENTS, MOST_TEXTS, Episode, ProviderState
from coagent.domain.segment import Segment
from coagent.steps.confirm import ConfirmStep

from .worlds import SCENARIOS, SEGMENT, stream


@pytest.fixture(scope="module")
def reported() -> Episode:
    """An open shift with many signals and reasons."""
    *_, last = stream(SCENARIOS[0], 1)
    return ProviderState.from_bytes(ConfirmStep(ConfirmConfig())(None, last).state).of(SEGMENT)


def renamed(episode: Episode, tenant: int, **changes) -> Episode:
    segment = Segment("openai", "gpt-4", task="summary", tenant=f"tenant-{tenant}")
    fields = {name: getattr(episode, name) for name in episode.__struct_fields__}
    return Episode(**{**fields, "segment": segment, **changes})


def filled(*episodes: Episode) -> ProviderState:
    provider = ProviderState({})
    for episode in episodes:
        provider = provider.with_episode(episode)
    return provider


def test_it_comes_back_as_it_was_stored(reported):
    provider = filled(reported, renamed(reported, 1))

    assert provider == ProviderState.from_bytes(provider.to_bytes())
    assert reported.shift is not None


def test_it_is_bounded(reported):
    quiet = [renamed(reported, n, shift=None) for n in range(MOST_SEGMENTS)]
    provider = filled(*quiet, *(renamed(reported, n) for n in range(1000, 1040)))

    assert len(provider.episodes) == MOST_SEGMENTS
    assert provider.of(quiet[0].segment) is None
    assert provider.of(quiet[-1].segment) is not None
    assert len(provider.to_bytes()) < 64_000


def test_open_shifts_outlive_what_is_over(reported):
    opened = renamed(reported, 0)
    provider = filled(opened, *(renamed(reported, n, shift=None) for n in range(1, MOST_SEGMENTS + 50)))

    assert provider.of(opened.segment).shift == opened.shift


def test_what_was_reported_of_closed_ones_is_forgotten_first(reported):
    closed = renamed(reported, 0, shift=None, closed=reported.shift)
    provider = filled(closed, *(renamed(reported, n, shift=None) for n in range(1, MOST_TEXTS + 1)))

    assert provider.of(closed.segment).closed is None
    assert provider.of(closed.segment).sequence == closed.sequence
