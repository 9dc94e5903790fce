"""Text that cannot act: what came in with telemetry mentions nobody, links nowhere and formats nothing."""

import re

JOINER = "\u2060"
"""WORD JOINER: no width; it stands where a tracker would otherwise see a mention, a reference or a link."""

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~$&])")
_ACTING = re.compile(r"(?i)[@#!](?=\w)|:(?=//)|(?:www|GH)(?=[.-])")
_HASH = re.compile(r"(?i)[0-9a-f]{6}(?=[0-9a-f])")
_LINE_START = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=#]))")
_WIKI = re.compile(r"([\\{}\[\]*_?+^~|!@\-])")


def visible(text: str) -> str:
    r"""One line of printable characters: no control, bidirectional, zero-width or private ones.

    >>> visible("a\u202eb\nc\x00")
    'a b c'
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last an ellipsis where some are missing.

    >>> cut("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def inert(text: str) -> str:
    """Without what trackers turn into mentions, references and links by themselves."""
    return _ACTING.sub(lambda found: found[0] + JOINER, text)


def markdown(text: str) -> str:
    r"""Literal text in Markdown; a commit hash is no reference either.

    >>> markdown("*a*")
    '\\*a\\*'
    """
    broken = _HASH.sub(lambda found: found[0] + JOINER, inert(visible(text)))
    escaped = _MARKDOWN.sub(r"\\\1", broken)
    return _LINE_START.sub(r"\1\\", escaped)


def markdown_code(text: str) -> str:
    """A code span, whatever ticks are in the text (CommonMark 0.31, section 6.1)."""
    shown = visible(text) or " "
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence, pad = "`" * (longest + 1), " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def wiki(text: str) -> str:
    """Literal text in Jira's wiki markup."""
    return _WIKI.sub(r"\\\1", inert(visible(text)))


def slack(text: str) -> str:
    """Literal text where Slack reads mrkdwn: its three control characters as entities.

    >>> slack("<b> & co")
    '&lt;b&gt; &amp; co'
    """
    shown = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return inert(shown)
