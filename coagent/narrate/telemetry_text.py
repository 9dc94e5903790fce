"""Strings that came in with telemetry are data: cleaned, length-limited and quoted wherever they are written."""

import re
import unicodedata

NAME_CHARS = 80
TEXT_CHARS = 300

_UNSEEN = ("C", "Z")
"""Unicode's categories of controls, formats such as marks of direction, surrogates, private use, and separators."""
_LEADING = "#>|-*+= "
"""At the start of a line these are mark-up."""
_WORD = re.compile(r"\w")
_MARKUP = re.compile(r"<(?=[A-Za-z!@#/])")
_MENTION = re.compile(r"(?<![\w.])@(?=\w)")
_LINK = re.compile(r":(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][\w.:/@+-]*", re.ASCII)
_FIGURE = re.compile(r"[\d.,]+\s?[A-Za-z%]{0,3}")


def name(raw: str) -> str:
    """A name as it may be quoted: one line, no quote marks, no mark-up of any channel, at most 80 characters."""
    return _cut(quotable(raw).replace('"', "'"), NAME_CHARS)


def quotable(raw: str) -> str:
    """One line that may stand between code quotes."""
    return _MARKUP.sub("(", _one_line(raw)).replace("`", "'")


def clause(raw: str) -> str:
    """Text that code composed from telemetry: one line without links, mentions, mark-up or code quotes, at most 300
    characters; empty where there is no word in it.
    """
    if not _WORD.search(raw):
        return ""
    plain = _one_line(raw).lstrip(_LEADING).replace("`", "'").replace("[", "(").replace("]", ")")
    return _cut(_harmless(_MARKUP.sub("(", plain)), TEXT_CHARS)


def may_stand_bare(text: str) -> bool:
    """Whether it is recognized without quotes: one word with a letter in it that does not read as a figure or a link.

    >>> [may_stand_bare(text) for text in ("gpt-4", "meta/llama-3", "90k", "say yes", "http://x.example", "")]
    [True, True, False, False, False, False]
    """
    return bool(_IDENTIFIER.fullmatch(text)) and not _FIGURE.fullmatch(text) and _harmless(text) == text


def in_title(text: str) -> str:
    """Bare, or quoted; a link or a mention in it does not act."""
    return text if may_stand_bare(text) else f'"{_harmless(text)}"'


def sql_text(text: str) -> str:
    """A string literal for the SQL line that people copy."""
    return "'" + name(text).replace("'", "''") + "'"


def _harmless(text: str) -> str:
    return _LINK.sub(lambda mark: f" {mark[0]}", _MENTION.sub("(at)", text))


def _one_line(raw: str) -> str:
    seen = ("".join(" " if unicodedata.category(one)[0] in _UNSEEN else one for one in raw)).split()
    return " ".join(seen)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
