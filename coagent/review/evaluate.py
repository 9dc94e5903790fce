"""Success rates of drawn days from what reviewers say: of all requests, of each stream, of each model and task; and how
each stream's last days compare with its first ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType

import numpy as np
from msgspec.structs import replace

from coagent.domain.quality_change import StreamQuality
from coagent.domain.review import Cell, DrawnDay, Quality, QueueItem
from coagent.domain.segment import Segment
from coagent.review.agreement import ByRequest, disagreement
from coagent.review.change import DayRate
from coagent.review.estimate import Estimate, SampledStratum, bounds, estimate
from coagent.review.reference import Reference
from coagent.review.stream_quality import KnownDay, Labels, as_of_last, stream_quality

WINDOW = timedelta(days=30)
"""Of models and tasks, as the scorecard's."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What is drawn from together: `meant` are the drawn requests that are estimated, `others` only belong to it."""

    requests: int
    meant: Sequence[QueueItem]
    others: Sequence[QueueItem] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`streams`: those that can be compared, as of the newest day that is settled: all that was drawn is looked at, or
    a later day is drawn. So half a day's labels call no stream changed.
    """

    quality: list[Quality]
    streams: list[StreamQuality]


def evaluated(
    days: Sequence[DrawnDay],
    verdicts: ByRequest,
    streams: Mapping[str, Segment],
    references: Mapping[str, Reference] = MappingProxyType({}),
) -> Evaluation:
    """Ascending days. Each day's whole and its streams, and of the window up to the newest day each model and task.
    `references`: by stream id, what is known of its changes.
    """
    if not days:
        return Evaluation([], [])
    said = Labels(verdicts, disagreement(verdicts))
    found, compared_streams = [whole_of_day(one, verdicts, said.differing) for one in days], []
    for stream in sorted({cell.cell.stream_id for one in days for cell in one.cells}):
        reference = references.get(stream, Reference())
        quality, known = _stream(stream, days, said, reference)
        found += quality
        if stream in streams and (newest := stream_quality(streams[stream], known, said, reference)):
            compared_streams.append(newest)
    return Evaluation([*found, *_tasks(days, verdicts, said.differing, streams)], compared_streams)


def whole_of_day(day: DrawnDay, verdicts: ByRequest, differing: float | None) -> Quality:
    """Of all its requests with an id. `differing`: share of second looks that differ."""
    sizes = {cell.stratum: cell.stratum_requests for cell in day.cells}
    parts = [_Part(size, [one for one in day.items if one.stratum == name]) for name, size in sizes.items()]
    return _quality(day.day, 1, parts, verdicts, differing)[0]


def _stream(
    stream: str, days: Sequence[DrawnDay], said: Labels, reference: Reference
) -> tuple[list[Quality], list[KnownDay]]:
    """Its days; of those with labels each says how it compares with the first ones."""
    found, known = list[Quality](), list[KnownDay]()
    for day in days:
        parts = _cells_of({stream}, day)
        if not parts:
            continue
        quality, rate = _quality(day.day, 1, parts, said.verdicts, said.differing)
        named = replace(quality, stream_id=stream)
        if rate:
            is_settled = day is not days[-1] or quality.labelled + quality.unsure == quality.drawn
            of_day = DayRate(rate.rate, rate.variance, quality.labelled, quality.requests, rate.blind)
            known.append(KnownDay(day, of_day, is_settled))
            _, change = as_of_last(known, reference)
            named = replace(named, change=change.change, reference_rate=change.before.rate) if change else named
        found.append(named)
    return found, known


def _tasks(
    days: Sequence[DrawnDay], verdicts: ByRequest, differing: float | None, streams: Mapping[str, Segment]
) -> list[Quality]:
    recent = [one for one in days if one.day > days[-1].day - WINDOW]
    found = []
    for (provider, model), names in _models(recent, streams).items():
        parts = [part for one in recent for part in _cells_of(names, one)]
        tasks = {item.task for part in parts for item in part.meant}
        for task in sorted(tasks, key=lambda name: (name is not None, name or "")):
            meant = [_of_task(part, task) for part in parts]
            quality, _ = _quality(days[-1].day, WINDOW.days, meant, verdicts, differing)
            named = replace(quality, provider=provider, request_model=model, task=task, is_by_task=True)
            found.append(named)
    return found


def _models(days: Iterable[DrawnDay], streams: Mapping[str, Segment]) -> dict[tuple[str, str], set[str]]:
    """Ids of their streams."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name in {cell.cell.stream_id for one in days for cell in one.cells} & streams.keys():
        found[streams[name].provider, streams[name].request_model].add(name)
    return dict(sorted(found.items()))


def _cells_of(streams: set[str], day: DrawnDay) -> list[_Part]:
    """Each cell is a stratum of its own, also where several were drawn from together: what falls in each is a sample
    of it.
    """
    found: dict[Cell, list[QueueItem]] = defaultdict(list)
    for reason, items in groupby(sorted(day.items, key=lambda one: one.reason), key=lambda one: one.reason):
        for item in items:
            if item.stream_id is not None:
                found[Cell(item.stream_id, reason)].append(item)
    return [_Part(one.requests, found[one.cell]) for one in day.cells if one.cell.stream_id in streams]


def _of_task(part: _Part, task: str | None) -> _Part:
    meant = [one for one in part.meant if one.task == task]
    return _Part(part.requests, meant, [one for one in part.meant if one.task != task])


def _quality(
    day: datetime, days: int, parts: Sequence[_Part], verdicts: ByRequest, differing: float | None
) -> tuple[Quality, Estimate | None]:
    strata = [_stratum(part, verdicts) for part in parts]
    known, limits = estimate(strata, differing), bounds(strata, differing)
    items = [item for part in parts for item in part.meant]
    quality = Quality(
        day=day,
        days=days,
        requests=sum(part.requests for part in parts),
        drawn=len(items),
        labelled=sum(label_of(item, verdicts) is not None for item in items),
        unsure=sum(_is_unsure(item, verdicts) for item in items),
        success_rate=known.rate if known else None,
        low=known.low if known else None,
        high=known.high if known else None,
        low_if_failed=limits[0] if limits else None,
        high_if_succeeded=limits[1] if limits else None,
        disagreement=differing,
    )
    return quality, known


def _stratum(part: _Part, verdicts: ByRequest) -> SampledStratum:
    labels = [(label_of(one, verdicts), is_meant) for one, is_meant in _marked(part)]
    known = [(label, is_meant) for label, is_meant in labels if label is not None]
    return SampledStratum(
        part.requests,
        np.array([label for label, _ in known], float),
        np.array([is_meant for _, is_meant in known], bool),
        sum(is_meant for label, is_meant in labels if label is None),
    )


def _marked(part: _Part) -> list[tuple[QueueItem, bool]]:
    return [*((one, True) for one in part.meant), *((one, False) for one in part.others)]


def label_of(item: QueueItem, verdicts: ByRequest) -> float | None:
    """Share of its sure reviewers that said success; None where there is none."""
    sure = [verdict for verdict in verdicts.get(item.request_id, {}).values() if verdict != "unsure"]
    return sum(verdict == "success" for verdict in sure) / len(sure) if sure else None


def _is_unsure(item: QueueItem, verdicts: ByRequest) -> bool:
    return bool(verdicts.get(item.request_id)) and label_of(item, verdicts) is None
