"""The model or deployment that a request's URL names."""

import re
from typing import Any
from urllib.parse import unquote

_NAMED = re.compile(r"/(?:models?|deployments|engines)/([^/?#]+)")
_VERB = re.compile(r":[a-zA-Z]+$")


def model_in(url: Any) -> str | None:
    """Of Azure, Gemini and Bedrock; None where the URL names none.

    >>> model_in("https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent?key=k")
    'gemini-2.5-pro'
    """
    found = _NAMED.search(url) if isinstance(url, str) else None
    return _VERB.sub("", unquote(found[1])) or None if found else None
