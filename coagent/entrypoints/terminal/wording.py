"""Colours of a cause, and text from outside made harmless; the same for terminal and pictures."""

from coagent.domain.shift import Family
from coagent.domain.signal import BY_NAME
from coagent.domain.vocabulary import signal_name

COLOURS: dict[Family, str] = {"provider": "red", "client": "yellow", "traffic": "blue", "unknown": "magenta"}
LONGEST = 200


def plain(text: str, longest: int = LONGEST) -> str:
    r"""Text that came with telemetry, for one line on a screen or in a picture: nothing in it steers a terminal, turns
    the direction of writing or ends a line.

    >>> plain("gpt-4\x1b[2J\nnext"), plain("abcdef", 4)
    ('gpt-4�[2J�next', 'abc…')
    """
    shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def words(name: str) -> str:
    """A signal's name for people, harmless.

    >>> words("time_to_first_token_s")
    'time to first token'
    """
    return plain(signal_name(name))


def is_binary(signal: str) -> bool:
    """Whether it is yes or no for each request; no signal of another version is taken for one."""
    return signal in BY_NAME and BY_NAME[signal].kind == "binary"


def unit_of(signal: str, written: str = "") -> str:
    """As the shift says, such as `rank`, else the signal's own; empty where that is not known here."""
    return written or (BY_NAME[signal].unit if signal in BY_NAME else "")


def statistic(name: str) -> str:
    """What is shown of a signal: a rate, or its median."""
    return words(name) if is_binary(name) else f"{words(name)}, median"
