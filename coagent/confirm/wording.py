"""What confirm says of signals, in the project's one vocabulary."""

from collections.abc import Iterable

from coagent.confirm.compare.signal_result import SignalResult
from coagent.domain.number_format import effect_size, from_to
from coagent.domain.vocabulary import signal_name


def moved(result: SignalResult) -> str:
    """Name, before, after and size of a signal that moved."""
    was, now, effect = result.before.median, result.after.median, result.effect
    way = "rose" if effect.value > 0 else "fell"
    size = effect_size(effect.name, effect.value, effect.low, effect.high)
    return f"{signal_name(result.signal.name)} {way} {from_to(was, now, result.signal.unit)}; {size}"


def names(found: Iterable[SignalResult]) -> str:
    return ", ".join(signal_name(result.signal.name) for result in found)
