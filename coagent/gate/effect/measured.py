"""A company's traffic as arrays: like with like, by task."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from coagent.domain.gate import Snapshot, Traffic, TrafficDay
from coagent.domain.histogram import Histogram, added
from coagent.domain.provider_names import priced_provider
from coagent.gate.effect.intervals import Floats
from coagent.gate.model_name import model_name

LEAST = 30
"""Requests from which on a task counts as measured: convention."""
_NUMBERS = tuple(one for one in TrafficDay.__struct_fields__ if one not in ("day", "duration"))


@dataclass(frozen=True, slots=True)
class Measured:
    """`columns`: by name, shape (tasks, days), 0 where unknown; `durations` by task."""

    provider: str
    model: str
    tasks: tuple[str | None, ...]
    columns: dict[str, Floats]
    durations: tuple[Histogram | None, ...]

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]

    def total(self, name: str) -> Floats:
        """Shape (tasks,)."""
        return np.asarray(self.columns[name].sum(axis=1))

    @property
    def requests(self) -> int:
        return int(self.columns["requests"].sum())

    @property
    def name(self) -> str:
        return f"{self.provider}/{self.model}"


def measured(snapshot: Snapshot, written: str | None, task: str | None = None) -> Measured | None:
    """The traffic of a model by the name that code or a gateway gives it; None where none was seen. Where its provider
    is not said and several serve it, all of them count.
    """
    return together(_rows(snapshot.traffic, written, task), snapshot.traffic)


def together(found: Sequence[Traffic], company: Sequence[Traffic] = ()) -> Measured | None:
    """As if they were one model's; None of nothing. `company`: whose days count, else their own."""
    if not found:
        return None
    tasks = sorted({one.task for one in found}, key=lambda one: (one is None, one or ""))
    days = sorted({day.day for one in company or found for day in one.days})
    places = {day: place for place, day in enumerate(days)}
    columns = {name: np.zeros((len(tasks), len(days))) for name in _NUMBERS}
    for one in found:
        _fill(columns, tasks.index(one.task), one.days, places)
    durations = [added(day.duration for one in found if one.task == task for day in one.days) for task in tasks]
    return Measured(found[0].provider, found[0].request_model, tuple(tasks), columns, tuple(durations))


def _fill(columns: dict[str, Floats], task: int, days: Iterable[TrafficDay], places: dict[date, int]) -> None:
    for day in days:
        for name in _NUMBERS:
            columns[name][task, places[day.day]] += float(getattr(day, name) or 0)


def _rows(traffic: Sequence[Traffic], written: str | None, task: str | None) -> list[Traffic]:
    if written is None:
        return []
    name = model_name(written)
    wanted = name.provider if "/" in written else None
    found = [one for one in traffic if one.request_model == written]
    found = found or [one for one in traffic if one.request_model == name.name and _serves(one, wanted)]
    found = found or [one for one in traffic if f"{one.provider}/{one.request_model}" == written]
    if wanted is None and len({priced_provider(one.provider) for one in found}) > 1:
        own = [one for one in found if priced_provider(one.provider) == name.provider]
        found = own or found
    of_task = [one for one in found if one.task == task] if task else found
    return of_task or found


def _serves(one: Traffic, provider: str | None) -> bool:
    return provider is None or (priced_provider(one.provider) or one.provider) == provider
