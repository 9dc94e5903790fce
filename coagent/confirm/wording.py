"""Figures in plain words."""

from collections.abc import Iterable

from coagent.confirm.compare.signal_result import SignalResult
from coagent.domain.shift import Effect

_UNITS = {"share": "", "": "", "0..1": "", "USD/token": " USD a million tokens"}


def words(name: str) -> str:
    """`time_per_output_token_s` as people say it.

    >>> words("time_per_output_token_s")
    'time per output token'
    """
    return name.removesuffix("_s").removesuffix("_usd").replace("_", " ")


def number(value: float) -> str:
    """Three significant digits, no exponent.

    >>> number(1234.5), number(0.01234), number(0)
    ('1,234', '0.0123', '0')
    """
    if abs(value) >= 1000:  # noqa: PLR2004 - from here on three digits would round whole units
        return f"{value:,.0f}"
    return f"{float(f'{value:.3g}'):f}".rstrip("0").rstrip(".") if value else "0"


def percent(share: float) -> str:
    """A share; a tenth of a percent below a tenth.

    >>> percent(0.0312), percent(0.97)
    ('3.1 %', '97 %')
    """
    return f"{100 * share:.0f} %" if abs(share) >= 0.1 or not share else f"{100 * share:.1f} %"  # noqa: PLR2004


def moved(result: SignalResult) -> str:
    """Name, before, after and size of a signal that moved."""
    was, now, signal = result.before.median, result.after.median, result.signal
    way = "rose" if result.effect.value > 0 else "fell"
    if signal.kind == "binary":
        return f"{words(signal.name)} rate {way} from {percent(was)} to {percent(now)}{_interval(result.effect)}"
    scale = 1_000_000 if signal.unit == "USD/token" else 1
    unit = _UNITS.get(signal.unit, f" {signal.unit}")
    figures = f"from {number(was * scale)} to {number(now * scale)}{unit}"
    return f"{words(signal.name)} {way} {figures} in the median{_interval(result.effect)}"


def names(found: Iterable[SignalResult]) -> str:
    return ", ".join(words(result.signal.name) for result in found)


def _interval(effect: Effect) -> str:
    label = "Cliff's delta" if effect.name == "cliffs_delta" else "difference"
    return f" ({label} {effect.value:+.2f}, 95 % {effect.low:+.2f} to {effect.high:+.2f})"
