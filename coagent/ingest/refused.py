"""Why a record is not read: raised within a decoder, handed out as `Rejected`."""

import re
from collections.abc import Callable
from functools import wraps

import msgspec

from coagent.domain.rejected import Rejected
from coagent.ingest.options import DecodeOptions, Outcome

_PLACE = re.compile(r" - at `(?P<path>\$[^`]*)`$")
_MISSING = re.compile(r"Object missing required field `(?P<field>\w+)`")
_FIELD = re.compile(r"\w+")


class Refused(Exception):
    """`reason` is the stable slug, `detail` names field and place and repeats no content."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def at(self, index: int) -> Rejected:
        """The outcome for the record at this place within its message."""
        return Rejected(reason=self.reason, detail=self.detail, index=index)


Decode = Callable[[bytes, DecodeOptions], list[Outcome]]


def rejecting(decode: Decode) -> Decode:
    """The same decoder, with what it refuses as its outcome."""

    @wraps(decode)
    def decode_or_reject(value: bytes, options: DecodeOptions) -> list[Outcome]:
        try:
            return decode(value, options)
        except Refused as refused:
            return [refused.at(0)]
        except RecursionError:
            return [Refused("too_deep", "nested too deep to be read").at(0)]
        except OverflowError:
            return [Refused("out_of_range:number", "a number is larger than any that is read").at(0)]

    return decode_or_reject


def refused_by(error: msgspec.ValidationError) -> Refused:
    """A validation error of msgspec as slug and detail; msgspec quotes content for enumerations only."""
    text = str(error)
    place = _PLACE.search(text)
    path = place["path"] if place else "$"
    expected = text[: place.start()] if place else text
    if missing := _MISSING.match(expected):
        return Refused(f"missing_field:{missing['field']}", f"{missing['field']} is required and absent, at {path}")
    found = _FIELD.findall(path)
    field = found[-1] if found else "record"
    if expected.startswith("Invalid enum value"):
        return Refused(f"invalid_value:{field}", f"{field} is none of the values allowed there, at {path}")
    return Refused(f"{_slug(expected)}:{field}", f"{expected}, at {path}")


def _slug(expected: str) -> str:
    if "of length" in expected:
        return "too_long" if "<=" in expected else "empty"
    if "RFC3339" in expected or "timezone" in expected:
        return "invalid_time"
    if "got `" in expected:
        return "wrong_type"
    return "out_of_range"
