"""Words for what a shift is, the same in the terminal and in pictures; and text from outside made harmless."""

from math import isnan

from coagent.domain.shift import CauseKind, Effect, Family
from coagent.domain.signal import BY_NAME

COLOURS: dict[Family, str] = {"provider": "red", "client": "yellow", "traffic": "blue", "unknown": "magenta"}
KINDS: dict[CauseKind, str] = {
    "declared_version": "A new version, declared by the provider",
    "silent_version": "The provider changed the model silently",
    "quantization_or_stack": "The provider changed the weights' precision or the serving stack",
    "capacity": "The provider serves slower or fails more",
    "price": "The price changed",
    "policy": "The provider's refusals changed",
    "truncation": "Answers are cut elsewhere than before",
    "deploy": "Our own deploy changed the requests",
    "traffic_mix": "The traffic changed, the provider did not",
    "unknown": "Something changed; the figures do not tell who did it",
}
EFFECTS = {"cliffs_delta": "Cliff's delta", "risk_difference": "difference"}
CLIFFS_DELTA = (
    "Cliff's delta, -1 to +1: how much likelier a request after is above one before than below it; 95 % in ()"
)
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
    """A field's name without its unit and underscores.

    >>> words("time_to_first_token_s")
    'time to first token'
    """
    return plain(name).removesuffix("_s").removesuffix("_usd").replace("_", " ")


def is_binary(signal: str) -> bool:
    """Whether it tells of each request only yes or no; no signal of another version is taken for one."""
    return signal in BY_NAME and BY_NAME[signal].kind == "binary"


def unit_of(signal: str) -> str:
    """Empty where the signal is not known here."""
    return BY_NAME[signal].unit if signal in BY_NAME else ""


def effect_words(effect: Effect) -> str:
    """Name, value and interval; a difference of rates in percentage points.

    >>> effect_words(Effect("cliffs_delta", -0.9, -0.96, -0.8))
    "Cliff's delta -0.90 (-0.96 to -0.80)"
    >>> effect_words(Effect("risk_difference", 0.02, 0.01, float("nan")))
    'difference +2.0 points (+1.0 to ?)'
    """
    name = EFFECTS.get(effect.name, plain(effect.name))
    scale, digits, unit = (100, 1, " points") if effect.name == "risk_difference" else (1, 2, "")
    value, low, high = (
        "?" if isnan(one) else f"{one * scale:+.{digits}f}" for one in (effect.value, effect.low, effect.high)
    )
    return f"{name} {value}{unit} ({low} to {high})"
