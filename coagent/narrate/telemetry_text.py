"""Strings that came in with telemetry are data: cleaned, length-limited and quoted wherever they are written."""

import re

from coagent.narrate.quantities import NUMBER_WORDS

NAME_CHARS = 80
TEXT_CHARS = 300

_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ue000-\uf8ff]+")
_WORD = re.compile(r"\w")
_MARKUP = re.compile(r"<(?=[A-Za-z!@#/])")
_IDENTIFIER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][\w.:/@+-]*", re.ASCII)
_FIGURE = re.compile(r"[\d.,]+\s?[A-Za-z%]{0,3}")


def name(raw: str) -> str:
    """A name as it may be quoted: one line, no quote marks, at most 80 characters."""
    return _cut(_one_line(raw).replace("`", "'").replace('"', "'"), NAME_CHARS)


def sentence(raw: str) -> str:
    """Text that code composed from telemetry: one line, no links, mark-up or code quotes, at most 300 characters;
    empty where there is no word in it.
    """
    if not _WORD.search(raw):
        return ""
    plain = _one_line(raw).replace("`", "'").replace("[", "(").replace("]", ")")
    return _cut(_MARKUP.sub("(", plain), TEXT_CHARS)


def may_stand_bare(text: str) -> bool:
    """Whether it is recognized without quotes: one word with a letter in it that does not read as a figure.

    >>> [may_stand_bare(text) for text in ("gpt-4", "meta/llama-3", "90k", "two", "say yes", "")]
    [True, True, False, False, False, False]
    """
    figure = _FIGURE.fullmatch(text) or text.lower() in NUMBER_WORDS
    return bool(_IDENTIFIER.fullmatch(text)) and not figure


def in_title(text: str) -> str:
    return text if may_stand_bare(text) else f'"{text}"'


def sql_text(text: str) -> str:
    """A string literal for the SQL line that people copy."""
    return "'" + name(text).replace("'", "''") + "'"


def _one_line(raw: str) -> str:
    return _UNPRINTABLE.sub(" ", raw).strip()


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
