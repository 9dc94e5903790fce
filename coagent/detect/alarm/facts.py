"""Alarms of facts: since when another value is named or billed, and whether it is gone again."""

from math import log10

import numpy as np

from coagent.detect.alarm.alarm import Alarm
from coagent.detect.alarm.row_refs import ref_of, row_ref
from coagent.detect.constants import IN_A_ROW, MOST_EVIDENCE, SURE
from coagent.detect.fields import FIELDS
from coagent.detect.rows import Rows
from coagent.detect.sensor.facts import PRICE, Fact
from coagent.detect.signals import ALARM_NAMES, COUNT
from coagent.detect.state.stream import Watch
from coagent.domain.candidate import FactEvidence
from coagent.domain.segment import OTHER

PRICE_PLACE = ALARM_NAMES.index(PRICE)


def fact_alarm(watch: Watch, fact: Fact) -> Alarm:
    """Of the last row; the onset is the first row held that shows the new value, the last row where none held does."""
    rows = watch.recent.since(watch.gapless_from)
    shown = np.flatnonzero(_shows(watch, fact.name, fact.now, rows))
    back = min(IN_A_ROW, len(shown)) if fact.name == PRICE else len(shown)
    place = shown[-back] if back else -1
    now, first = row_ref(watch.recent, -1), int(rows.ordinals[place])
    began = ref_of(watch, first)
    signal = ALARM_NAMES.index(fact.name)
    return Alarm(signal, now, began, first, first, log10(MOST_EVIDENCE), was=fact.was, now=fact.now)


def _shows(watch: Watch, name: str, value: str | None, rows: Rows) -> np.ndarray:
    """Rows that name the field's value; where it is the price, all that have one."""
    if value is None:
        return np.asarray(np.isfinite(rows.values[PRICE_PLACE]))
    field = FIELDS.index(name)
    return np.asarray(rows.fields[field] == _code(watch, field, value))


def _code(watch: Watch, field: int, value: str) -> int:
    names = watch.field_values.names[field]
    return names.index(value if value in names else OTHER)


def is_declared(alarm: Alarm) -> bool:
    return alarm.signal >= COUNT


def is_fact(alarm: Alarm) -> bool:
    return is_declared(alarm) or alarm.signal == PRICE_PLACE


def is_gone(watch: Watch, alarm: Alarm, rows: Rows) -> bool:
    """Whether so many rows without the declared value are far likelier than with the share of it that was seen."""
    name = ALARM_NAMES[alarm.signal]
    field, shown = FIELDS.index(name), _shows(watch, name, alarm.now, rows)
    if shown.any():
        return False
    share = watch.fields_after[field, _code(watch, field, alarm.now or "")] / max(watch.fields_after[field].sum(), 1)
    return bool((1 - share) ** rows.size * SURE < 1)


def forget_gone(watch: Watch) -> None:
    """Values of facts that ended are new if they come again."""
    for alarm in filter(is_declared, watch.alarms.values()):
        watch.sensor.declared.fields[ALARM_NAMES[alarm.signal]].forget(alarm.now or "")


def fact_evidence(watch: Watch) -> list[FactEvidence]:
    return [
        FactEvidence(
            name=ALARM_NAMES[alarm.signal], onset=alarm.onset, alarmed=alarm.raised, before=alarm.was, after=alarm.now
        )
        for alarm in watch.alarms.values()
        if is_fact(alarm)
    ]
