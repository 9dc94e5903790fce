"""Commands change a segment's watch, each once however often it comes."""

import logging

from coagent.detect.alarm.lifecycle import accept
from coagent.detect.alarm.part_alarm import accept_part
from coagent.detect.alarm.part_candidate import segment_of
from coagent.detect.config import DetectConfig
from coagent.detect.constants import REMEMBERED
from coagent.detect.muting import mute, unmute
from coagent.detect.state.stream import Watch
from coagent.domain.candidate import Candidate
from coagent.domain.command import Accept, Mute, Refused, Reset, ToSegment, Unmute, known_signals

log = logging.getLogger(__name__)


def obey(watch: Watch, command: ToSegment, config: DetectConfig) -> list[Candidate]:
    """What is to be reported of it; raises Refused, the watch then unchanged. A `Reset` still has to begin anew."""
    match command:
        case Accept():
            reported = _accept(watch, command, config)
        case Mute():
            _check_until(command)
            mute(watch, known_signals(command.signals), command.until.timestamp(), command.part)
            reported = []
        case Unmute():
            unmute(watch, known_signals(command.signals), command.part)
            reported = []
        case Reset():
            reported = accept(watch, config) + accept_part(watch)
    watch.control.obeyed = [*watch.control.obeyed, command.id][-REMEMBERED:]
    log.info("%s of %s by %s: %s", type(command).__name__, watch.segment.label, command.by, command.reason)
    return reported


def _accept(watch: Watch, command: Accept, config: DetectConfig) -> list[Candidate]:
    if watch.part and segment_of(watch.segment, watch.part) == command.segment:
        _check_row(command, watch.part.raised.ordinal)
        return accept_part(watch)
    open_now = watch.suspicion or watch.control.settled
    if open_now is None or open_now.accepted:
        raise Refused("nothing_to_accept", "no change of this segment is open: it recovered, or was accepted before")
    _check_row(command, open_now.raised.ordinal)
    return accept(watch, config)


def _check_row(command: Accept, raised: int) -> None:
    if command.row is not None and raised > command.row:
        raise Refused(
            "stale_command",
            f"it means what was known up to row {command.row}; what is open now was raised at row "
            f"{raised}: look at insights.shifts and accept that",
        )


def _check_until(command: Mute) -> None:
    if command.until <= command.at:
        raise Refused("stale_command", f"muted until {command.until}, which was over when it was said: {command.at}")
