"""What a candidate looks like under changes whose cause is known: simulated ones and recorded ones."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import numpy as np

from coagent.adapters.files import LogFiles
from coagent.bench.simulator.batches import batches
from coagent.bench.simulator.changes import Change
from coagent.bench.simulator.fleet import MODEL, PROVIDER
from coagent.bench.simulator.labelled import LABELLED
from coagent.bench.simulator.rows import Columns, rows_of
from coagent.bench.simulator.traffic import PATTERNS
from coagent.bootstrap.detection import streams_in_memory
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.bootstrap.prices import DatedPrices
from coagent.confirm.assessment import assess
from coagent.confirm.cause.finding import Finding
from coagent.confirm.cause.kinds import FAMILY
from coagent.confirm.cause.posterior import possible
from coagent.confirm.config import ConfirmConfig
from coagent.confirm.episodes.state import ProviderState
from coagent.detect.config import DetectConfig
from coagent.domain.batch import Source
from coagent.domain.candidate import Candidate
from coagent.domain.segment import Segment
from coagent.domain.shift import CauseKind
from coagent.settings import Settings
from coagent.steps.analyze import analyze
from coagent.steps.confirm import Confirmed
from coagent.steps.detect import DetectStep

ROWS_BEFORE = (60, 150, 400, 1_000)
ROWS_AFTER = 420
BATCH_ROWS = 64
LOOKED_AT = frozenset({16, 64})
"""Fresh rows of the looks that are kept, beside the first and the last."""
MOVE_TOGETHER = {"provider": 0.7, "client": 0.05, "traffic": 0.1, "unknown": 0.1}
"""Assumed: how often other streams of the provider move at the same time, by whose change it is."""
KNOWN_NEIGHBOURS = 0.4
"""Assumed: how often other streams of the provider are known."""
UNKNOWN_COLUMNS = {
    "mean_logprob": 0.5, "refusal": 0.3, "tool_calls": 0.3, "cost_usd": 0.4, "time_to_first_token_s": 0.4,
    "output_chars": 0.3, "input_chars": 0.3,
}  # fmt: skip
"""Assumed: how many logs do not know a column."""
RECORDED: dict[str, CauseKind] = {
    "prime_gpt4": "silent_version",
    "prime_gpt35": "silent_version",
    "llmperf_anyscale": "quantization_or_stack",
    "llmperf_fireworks": "quantization_or_stack",
    "azure": "traffic_mix",
}
"""Kind of recorded changes by their source, the start of their name."""


@dataclass(frozen=True)
class Look:
    """What is known of a change at one look. `kinds` are right, the first is the truth; `group` names changes that
    count as one, `final` looks come after enough fresh rows.
    """

    change: str
    group: str
    kinds: tuple[CauseKind, ...]
    findings: list[Finding]
    final: bool

    @property
    def right(self) -> list[CauseKind]:
        """The truth, or the next right kind that can be named yet, or any kind of its family, else unknown."""
        can = possible(self.findings)
        named = [kind for kind in self.kinds if kind in can]
        return named[:1] or [kind for kind in can if FAMILY[kind] in self.families] or ["unknown"]

    @property
    def families(self) -> set[str]:
        return {FAMILY[kind] for kind in self.kinds}


def simulated(first_seed: int, runs: int) -> list[Look]:
    """So many runs of each labelled change."""
    return [look for change in LABELLED for seed in range(runs) for look in _run(change, first_seed + seed)]


def _run(change: Change, seed: int) -> list[Look]:
    """Empty where nothing alarmed after the change."""
    rng = np.random.default_rng([seed, crc32(change.name.encode())])
    before = int(rng.choice(ROWS_BEFORE))
    traffic = PATTERNS[int(rng.integers(len(PATTERNS)))]
    unknown = [name for name, share in UNKNOWN_COLUMNS.items() if rng.random() < share]
    rows = rows_of(change.before, change.after, change.weight(rng, before, ROWS_AFTER), traffic, rng)
    columns = Columns({name: x for name, x in rows.numbers.items() if name not in unknown}, rows.texts)
    neighbours = _neighbours(rng, change.families[0])
    seen = [one for one in _candidates(columns) if one.raised.ordinal >= before]
    return [Look(change.name, change.name, change.kinds, [*found, *neighbours], last) for found, last in _looks(seen)]


def _candidates(columns: Columns) -> Iterator[Candidate]:
    detect, state = DetectStep(DetectConfig()), None
    for batch in batches(columns, Segment(PROVIDER, MODEL), Source("simulated", "fit", 0), BATCH_ROWS):
        detected = detect(state, batch)
        state = detected.state
        yield from detected.candidates


def _looks(candidates: list[Candidate]) -> Iterator[tuple[list[Finding], bool]]:
    """Findings of the first alarm at the looks that are kept, and whether enough fresh rows were seen."""
    for one in candidates:
        if one.id == candidates[0].id and (one.phase in {"raised", "final"} or one.rows_fresh in LOOKED_AT):
            found = assess(one, ProviderState({}), ConfirmConfig()).findings
            yield found, one.rows_fresh >= ConfirmConfig().fresh_rows_enough


def _neighbours(rng: np.random.Generator, family: str) -> list[Finding]:
    known, moved = rng.random() < KNOWN_NEIGHBOURS, rng.random() < MOVE_TOGETHER[family]
    count = int(rng.integers(1, 5))
    if not known:
        return []
    return [Finding("neighbours", min(1.0, 0.5 + count / 6), "") if moved else Finding("alone", count / 5, "")]


def recorded(folder: Path) -> list[Look]:
    """Of the changes among the labelled cases of a folder, as far as an alarm follows them."""
    cases = json.loads((folder / "cases.json").read_text())
    looks = []
    for name in sorted(cases):
        source = next((start for start in RECORDED if name.startswith(start)), None)
        row = cases[name]["change_at_row"]
        if source and row is not None and cases[name]["expect"] != "improvement":
            kind = "traffic_mix" if cases[name]["expect"] == "traffic_mix" else RECORDED[source]
            found = _looks(_read(folder / f"{name}.jsonl.gz", row))
            looks += [Look(name, source, (kind,), findings, final) for findings, final in found]
    return looks


def _read(path: Path, change_at_row: int) -> list[Candidate]:
    seen: list[Candidate] = []

    def keep(_state: bytes | None, candidate: Candidate) -> Confirmed:
        seen.append(candidate)
        return Confirmed(b"", [], [])

    settings = Settings()
    ingest, streams = analysis_ingest_step(settings), streams_in_memory(settings)
    analyze(
        LogFiles([path]),
        ingest=ingest,
        streams=streams,
        confirm=keep,
        prices=DatedPrices(settings)(datetime.now(UTC).date()),
        at_s=2e9,
    )
    return [one for one in seen if one.raised.ordinal >= change_at_row]
