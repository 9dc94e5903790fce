"""Addresses as people may see them: credentials stand in user names, queries, and in the paths of webhooks."""

import re

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*@")
_QUERY = re.compile(r"(://[^\s?#]*)[?#][^\s,;)\"']*")
_PATH = re.compile(r"(://[^\s/?#]+)[/?#]\S*")


def shown_url(text: str) -> str:
    """The text with no credentials in its URLs.

    >>> shown_url("http://ann:word@host/v1?key=word does not answer")
    'http://***@host/v1?… does not answer'
    """
    return _QUERY.sub(r"\1?…", _CREDENTIALS.sub("***@", text))


def shown_host(text: str) -> str:
    """Scheme and host alone.

    >>> shown_host("https://hooks.example/T0/secret")
    'https://hooks.example/…'
    """
    return _PATH.sub(r"\1/…", shown_url(text))
