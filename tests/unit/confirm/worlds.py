"""Simulated requests under labelled changes, and the candidates that an alarm on them would send.

Rows are made one by one from what a client asks and a provider does, so that signals depend on each other as they do
in life. The sensor is a stand-in: evidence grows with the rank sum of the rows since the onset.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np

from coagent.confirm.compare.paired_sample import Values
from coagent.domain.candidate import Candidate, FieldCounts, Sample, SignalEvidence
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.signal import BY_NAME

START = datetime(2026, 7, 1, tzinfo=UTC)
SEGMENT = Segment("openai", "gpt-4", task="summary")
KEPT = 256
SUSPICIOUS = 96
LOOKS = (4, 8, 16, 32, 64, 128, 256)
THRESHOLD = 6.0
LEAST_ROWS = 3


@dataclass(frozen=True)
class World:
    """What the client asks and the provider does. Ratios are against the ordinary."""

    input_scale: float = 1.0
    input_tokenizer: float = 4.0
    output_scale: float = 1.0
    output_spread: float = 0.5
    output_cap: float = np.inf
    short_share: float = 0.0
    tokenizer: float = 4.0
    logprob: float = -0.5
    pace: float = 0.02
    first_token: float = 0.4
    overhead: float = 0.2
    price: float = 10e-6
    error: float = 0.01
    refusal: float = 0.02
    tool_call: float = 0.3
    topic: float = 0.0
    share: float = 1.0
    fields: dict[str, str] = field(default_factory=lambda: {"response_model": "gpt-4-0314", "app_version": "1.0"})

    def but(self, **changes: float | dict[str, str]) -> "World":
        return replace(self, **changes)


ORDINARY = World()
ALL = (
    "time_to_first_token_s",
    "time_per_output_token_s",
    "duration_s",
    "output_tokens",
    "output_chars_per_token",
    "input_chars_per_token",
    "mean_logprob",
    "unit_price_usd",
    "error",
    "refusal",
    "truncation",
    "tool_call",
    "input_length",
)


def rows(world: World, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Signals by name, NaN where a row does not know one, each of shape (count,)."""
    chars = np.exp(rng.normal(7, 0.6, count)) * world.input_scale
    topic = rng.normal(0, 1, count) + world.topic
    wanted = np.exp(rng.normal(4.8, world.output_spread, count) + 0.3 * (np.log(chars) - 7) + 0.25 * topic)
    wanted = np.maximum(1, np.rint(wanted * world.output_scale))
    wanted = np.where(rng.random(count) < world.short_share, 3, wanted)
    tokens = np.minimum(wanted, world.output_cap)
    pace = world.pace * np.exp(rng.normal(0, 0.15, count))
    first = world.first_token * np.exp(rng.normal(0, 0.25, count)) * (chars / 1100) ** 0.2
    duration = first + world.overhead * np.exp(rng.normal(0, 0.3, count)) + pace * tokens
    error = rng.random(count) < world.error
    found = {
        "time_to_first_token_s": first,
        "time_per_output_token_s": (duration - first) / tokens,
        "duration_s": duration,
        "output_tokens": tokens,
        "output_chars_per_token": world.tokenizer
        * np.exp(rng.normal(0, 0.07, count) + 0.03 * topic)
        * (1 - 1 / (2 + tokens)),
        "input_chars_per_token": world.input_tokenizer * np.exp(rng.normal(0, 0.06, count)),
        "mean_logprob": world.logprob * np.exp(rng.normal(0, 0.3, count)) * (1 - 1 / (1 + tokens)),
        "unit_price_usd": np.full(count, world.price) * (1 + 1e-4 * rng.integers(-1, 2, count)),
        "refusal": (rng.random(count) < world.refusal).astype(float),
        "truncation": (wanted > min(world.output_cap, 2000)).astype(float),
        "tool_call": (rng.random(count) < world.tool_call).astype(float),
    }
    found = {name: np.where(error, np.nan, values) for name, values in found.items()}
    return {**found, "error": error.astype(float), "input_length": np.rint(chars)}


@dataclass(frozen=True)
class Scenario:
    """A labelled change. `families` are right, "unknown" is never wrong; `signals` are those that the log knows."""

    name: str
    after: World
    families: frozenset[str]
    kinds: frozenset[str] = frozenset()
    before: World = ORDINARY
    signals: tuple[str, ...] = ALL


def stream(
    scenario: Scenario,
    seed: int,
    *,
    rows_before: int = 1000,
    looks: tuple[int, ...] = LOOKS,
    segment: Segment = SEGMENT,
) -> Iterator[Candidate]:
    """Candidates in the order in which they are sent, a final one last; none where nothing alarms in 1,500 rows."""
    rng = np.random.default_rng(seed)
    before, after = rows(scenario.before, rows_before, rng), rows(scenario.after, 2000, rng)
    old = rows(scenario.before, 2000, rng)
    changed = rng.random(2000) < scenario.after.share
    after = {name: np.where(changed, after[name], old[name]) for name in after}
    log = _Log(
        scenario, segment, before, after, np.sort(rng.choice(rows_before, min(KEPT, rows_before), replace=False))
    )
    raised = log.raised()
    if raised is None:
        return
    yield log.candidate(raised, 0, "raised", 0)
    for sequence, fresh in enumerate(looks, 1):
        yield log.candidate(raised, fresh, "final" if fresh == looks[-1] else "growing", sequence)


@dataclass(frozen=True)
class _Log:
    scenario: Scenario
    segment: Segment
    before: dict[str, np.ndarray]
    after: dict[str, np.ndarray]
    kept: np.ndarray

    @property
    def start(self) -> int:
        return len(self.before["input_length"])

    def raised(self) -> int | None:
        """Rows after the change at the first alarm."""
        passed = np.max([self.evidence[name] for name in self.scenario.signals], axis=0) > THRESHOLD
        passed[: LEAST_ROWS - 1] = False
        return int(np.argmax(passed)) + 1 if passed[:1500].any() else None

    def candidate(self, raised: int, fresh: int, phase: str, sequence: int) -> Candidate:
        first = self._ref(self.start + raised - 1)
        return Candidate(
            id=f"{self.segment.id}-{first.ordinal}",
            sequence=sequence,
            phase=phase,
            segment=self.segment,
            onset=self._ref(self.start),
            raised=first,
            now=self._ref(self.start + raised + fresh - 1),
            rows_before=self.start,
            rows_fresh=fresh,
            categories=["short", "medium", "long", "very long"],
            evidence=[self._signal(name, raised, fresh) for name in self.scenario.signals],
            fields=self._fields(raised + fresh),
        )

    def _ref(self, ordinal: int) -> RowRef:
        return RowRef(ordinal=ordinal, time=START + timedelta(seconds=int(ordinal)), request_id=f"r{ordinal}")

    def _signal(self, name: str, raised: int, fresh: int) -> SignalEvidence:
        evidence = max(self._evidence(name, raised), self._evidence(name, raised + fresh))
        alarmed = evidence > THRESHOLD
        return SignalEvidence(
            signal=name,
            alarmed=self._ref(self.start + raised - 1) if alarmed else None,
            onset=self._ref(self.start) if alarmed else None,
            onset_low=self.start - 5 if alarmed else None,
            onset_high=self.start + 5 if alarmed else None,
            log10_evidence=evidence,
            log10_threshold=THRESHOLD,
            block_rows=1,
            before=_sample(self._values(name, self.before, self.kept)),
            suspicious=_sample(self._values(name, self.after, np.arange(max(0, raised - SUSPICIOUS), raised))),
            fresh=_sample(self._values(name, self.after, np.arange(raised, raised + fresh)[-KEPT:])),
            opinions={"ADWIN": None},
        )

    def _evidence(self, name: str, count: int) -> float:
        """log10 of about what the best bet would have won by the first `count` rows since the onset."""
        return float(self.evidence[name][:count].max(initial=0.0))

    @cached_property
    def evidence(self) -> dict[str, np.ndarray]:
        """By signal, after each row since the onset; rows of one category are compared."""
        return {name: self._gains(name) for name in self.scenario.signals}

    def _gains(self, name: str) -> np.ndarray:
        before = self._values(name, self.before, np.arange(self.start))
        after = self._values(name, self.after, np.arange(len(self.after[name])))
        if BY_NAME[name].owner == "client":
            before, after = before.pooled(), after.pooled()
        gains = _rate_gains(before, after) if BY_NAME[name].kind == "binary" else _rank_gains(before, after)
        known = np.isfinite(self.after[name])
        return np.concatenate([np.zeros(1), gains])[np.cumsum(known)]

    def _values(self, name: str, side: dict[str, np.ndarray], at: np.ndarray) -> Values:
        edges = np.quantile(self.before["input_length"][:100], [0.25, 0.5, 0.75])
        category = np.searchsorted(edges, side["input_length"][at])
        known = np.isfinite(side[name][at])
        return Values(side[name][at][known], category[known])

    def _fields(self, after: int) -> list[FieldCounts]:
        old, new = self.scenario.before.fields, self.scenario.after.fields
        return [FieldCounts(name, {old[name]: self.start}, {new[name]: after}) for name in old]


def _rank_gains(before: Values, after: Values) -> np.ndarray:
    score = np.zeros(len(after.x))
    for code in np.unique(after.category):
        old, new = np.sort(before.x[before.category == code]), after.category == code
        below, rows = np.searchsorted(old, after.x[new], "left"), len(old)
        rank = (below + np.searchsorted(old, after.x[new], "right")) / 2
        own = (np.searchsorted(old, old, "left") + np.searchsorted(old, old, "right")) / 2
        score[new] = (rank - rows / 2) / max(own.std(), 1.0) if rows else 0.0
    z = np.cumsum(score) / np.sqrt(np.arange(1, len(score) + 1))
    return np.maximum(0.0, 0.8 * (z**2 / 2 / np.log(10)) - 0.5)


def _rate_gains(before: Values, after: Values) -> np.ndarray:
    """Of the likelihood ratio against the rate before, less what estimating the rate after takes."""
    old = (before.x.sum() + 0.5) / (len(before.x) + 1)
    rows = np.arange(1, len(after.x) + 1)
    new = (np.cumsum(after.x) + 0.5) / (rows + 1)
    gain = rows * (new * np.log(new / old) + (1 - new) * np.log((1 - new) / (1 - old)))
    return np.maximum(0.0, gain / np.log(10) - 0.5 * np.log10(rows + 1) - 0.5)


def _sample(values: Values) -> Sample:
    return Sample(values.x.astype("<f8").tobytes(), values.category.astype("<u2").tobytes())


def _fields(**changes: str) -> dict[str, str]:
    return {**ORDINARY.fields, **changes}


def _scenario(
    name: str, families: str, kinds: str, change: Callable[[World], World], signals: tuple[str, ...] = ALL
) -> Scenario:
    return Scenario(name, change(ORDINARY), frozenset(families.split()), frozenset(kinds.split()), signals=signals)


LENGTHS = ("output_tokens", "error", "input_length")
TEXTS = ("duration_s", "time_per_output_token_s", "output_tokens", "output_chars_per_token", "error", "input_length")
TIMES = ("duration_s", "time_per_output_token_s", "time_to_first_token_s", "output_tokens", "error", "input_length")

SCENARIOS = (
    _scenario(
        "declared version",
        "provider",
        "declared_version silent_version",
        lambda w: w.but(output_scale=1.5, logprob=-0.4, fields=_fields(response_model="gpt-4-0613")),
    ),
    _scenario(
        "silent version",
        "provider",
        "silent_version quantization_or_stack",
        lambda w: w.but(output_scale=0.6, tokenizer=4.2, logprob=-0.4, pace=0.016),
    ),
    _scenario(
        "silent version that answers in a word",
        "provider",
        "silent_version quantization_or_stack",
        lambda w: w.but(short_share=0.95, pace=0.015),
        TEXTS,
    ),
    _scenario(
        "silent version, longer and slower",
        "provider",
        "silent_version quantization_or_stack",
        lambda w: w.but(output_scale=1.3, output_spread=0.8, pace=0.026),
        TEXTS,
    ),
    _scenario(
        "new tokenizer",
        "provider",
        "silent_version",
        lambda w: w.but(input_tokenizer=3.4, tokenizer=3.5, output_scale=1.15),
    ),
    _scenario(
        "quantized weights",
        "provider",
        "quantization_or_stack silent_version",
        lambda w: w.but(logprob=-0.65, pace=0.017, output_scale=1.05),
    ),
    _scenario("capacity, slower", "provider", "capacity", lambda w: w.but(first_token=0.6, pace=0.026)),
    _scenario("capacity, first token", "provider", "capacity", lambda w: w.but(first_token=0.7), TIMES),
    _scenario("capacity, errors", "provider", "capacity", lambda w: w.but(error=0.12)),
    _scenario(
        "another host",
        "provider",
        "capacity quantization_or_stack silent_version",
        lambda w: w.but(pace=0.011, first_token=0.5, output_scale=1.05),
        TIMES,
    ),
    _scenario("price", "provider", "price", lambda w: w.but(price=12e-6)),
    _scenario("policy", "provider", "policy", lambda w: w.but(refusal=0.25)),
    _scenario("truncation", "provider", "truncation", lambda w: w.but(output_cap=128)),
    _scenario(
        "deploy of a terser prompt",
        "client",
        "deploy",
        lambda w: w.but(output_scale=0.6, tool_call=0.5, fields=_fields(app_version="1.1")),
    ),
    _scenario(
        "deploy of a longer prompt",
        "client",
        "deploy",
        lambda w: w.but(input_scale=1.6, output_scale=1.4, fields=_fields(app_version="1.1")),
    ),
    _scenario(
        "longer questions, other answers", "traffic", "traffic_mix", lambda w: w.but(input_scale=2.0, output_scale=0.6)
    ),
    _scenario("longer questions", "traffic", "traffic_mix", lambda w: w.but(input_scale=1.8), LENGTHS),
    _scenario("another topic", "traffic", "traffic_mix", lambda w: w.but(input_scale=0.6, topic=2.0)),
    _scenario("lone length", "unknown provider", "", lambda w: w.but(output_scale=0.6), LENGTHS),
    _scenario(
        "more traffic of another kind and a new tokenizer",
        "provider",
        "silent_version",
        lambda w: w.but(input_scale=1.3, input_tokenizer=3.0, tokenizer=3.0, output_scale=1.3),
    ),
    _scenario("another topic that no covariate shows", "traffic unknown", "", lambda w: w.but(topic=2.0), TEXTS[2:]),
    _scenario(
        "another topic that no covariate shows, speed known", "traffic unknown", "", lambda w: w.but(topic=2.0), TEXTS
    ),
    _scenario(
        "deploy while the provider slows down",
        "client provider unknown",
        "",
        lambda w: w.but(pace=0.03, fields=_fields(app_version="1.1")),
    ),
    _scenario("slightly slower", "provider", "capacity", lambda w: w.but(pace=0.0215), TIMES),
    _scenario("slightly longer traffic", "traffic", "traffic_mix", lambda w: w.but(input_scale=1.2), TEXTS),
    _scenario("tools used more", "unknown client provider traffic", "", lambda w: w.but(tool_call=0.6)),
    _scenario(
        "slightly other weights",
        "provider",
        "silent_version quantization_or_stack",
        lambda w: w.but(logprob=-0.55, output_scale=1.1),
    ),
    _scenario(
        "silent version for a sixth",
        "provider",
        "silent_version quantization_or_stack",
        lambda w: w.but(output_scale=0.2, tokenizer=5.0, logprob=-0.15, pace=0.01, share=0.16),
    ),
)
