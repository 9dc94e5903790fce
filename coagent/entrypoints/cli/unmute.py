"""`coagent unmute`."""

from coagent.domain.command import Unmute
from coagent.entrypoints.control.say import AsJson, By, Reason, said, say
from coagent.entrypoints.control.target import Signals, Target, checked, the_segment
from coagent.settings import Settings

FOLLOWS = "the next requests are compared with what was known before the mute; evidence begins at nothing"


def unmute(target: Target, *, signal: Signals = None, by: By = None, reason: Reason = "", json: AsJson = False) -> None:
    """End a mute."""
    settings, signals = Settings(), checked(signal)
    segment = the_segment(settings, target)
    say(settings, Unmute(**said(by, reason), segment=segment, signals=signals), FOLLOWS, as_json=json)
