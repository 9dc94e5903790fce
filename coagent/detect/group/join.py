"""A stream hears from its group: others exist, or all of them together have changed.

Then it raises its own alarm with its own rows and reference, if its rows lean that way: so each stream is judged, told
and accepted as ever, and those that the change left out raise nothing.
"""

from coagent.detect.alarm.alarm import Alarm
from coagent.detect.alarm.lifecycle import raise_alarm
from coagent.detect.alarm.onset import onset
from coagent.detect.alarm.row_refs import ref_of, row_ref
from coagent.detect.config import DetectConfig
from coagent.detect.constants import CUTS
from coagent.detect.sensor.normal_scores import SENSOR_OF, fits, known, likelier
from coagent.detect.signals import PLACE_OF
from coagent.detect.state.stream import Watch
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import GroupAlarm, GroupNews


def hear(watch: Watch, news: GroupNews, config: DetectConfig) -> list[Candidate]:
    """What is to be reported of it; changes the watch. What was heard before changes nothing."""
    share = watch.sensor.share
    if not share.grouped:
        share.grouped, share.since = True, watch.rows_seen
    if news.number <= share.heard:
        return []
    share.heard = news.number
    found = [alarm for one in news.alarms if (alarm := _own_alarm(watch, one)) is not None]
    if not found:
        return []
    share.forget()
    return raise_alarm(watch, [], config, found)


def _own_alarm(watch: Watch, alarm: GroupAlarm) -> Alarm | None:
    """None where the stream's own rows do not lean that way, or are too few or muted."""
    signal = PLACE_OF.get(alarm.signal)
    if signal is None or signal in watch.alarms or watch.sensor.rows < CUTS[0] or not fits(signal, alarm.mixture):
        return None
    rows = known(signal, watch.recent.since(watch.gapless_from))
    late = rows.take(rows.times >= alarm.since_s)
    if not late.size or likelier(watch, signal, alarm.mixture, late) <= 0:
        return None
    sensor = SENSOR_OF[signal]
    began = onset(watch, signal, alarm.mixture)
    watch.sensor.alarmed[sensor] = True
    return Alarm(
        signal,
        row_ref(watch.recent, -1),
        ref_of(watch, began.best),
        began.low,
        began.high,
        alarm.log10_evidence,
        alarm.direction,
        alarm.mixture,
    )
