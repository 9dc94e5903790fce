"""Settings in the words of a command: `--model NAME`, `--max-tokens=500`, and any word that is a model's name."""

from collections.abc import Iterator, Sequence

from coagent.gate.model_name import is_model
from coagent.gate.read.setting import (
    CACHE_MARKER,
    FALLBACKS,
    MODEL,
    MODELS,
    Setting,
    canonical,
    folded,
    may_name_model,
    names_route,
    plain_value,
)

Words = Sequence[tuple[str, int]]
"""Each with its line."""
MOST_TEXT = 200
_COMMANDS = frozenset({"command", "args", "entrypoint", "cmd", "run", "script"})


def is_command(key: str) -> bool:
    """Whether its value is a command or a list of its words, in containers and jobs."""
    return folded(key) in _COMMANDS


def argument_settings(words: Words, at: Setting) -> Iterator[Setting]:
    """In their order; `at`: the place of the command."""
    option = ""
    for text, line in words:
        key, equals, value = text.partition("=")
        if key.startswith("-"):
            option = "" if equals else key
            yield from _setting(key, value, at._replace(line=line)) if equals else ()
        elif is_model(text) and not names_route(option):
            yield at._replace(name=MODEL, value=text, line=line)
            option = ""
        else:
            yield from _setting(option, text, at._replace(line=line))
            option = ""


def _setting(option: str, value: str, at: Setting) -> Iterator[Setting]:
    name = canonical(option)
    if name in (MODEL, MODELS) or (name is None and may_name_model(option) and not names_route(option)):
        yield from [at._replace(name=MODEL, value=value)] if is_model(value) else ()
    elif name and name not in (FALLBACKS, CACHE_MARKER):
        yield at._replace(name=name, value=plain_value(value[:MOST_TEXT]))
