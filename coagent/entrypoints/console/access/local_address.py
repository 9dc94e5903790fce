"""Where people go after a login: never to another host."""

from urllib.parse import urlsplit


def local(wanted: str) -> str:
    r"""Where to go after a login: a path of our own, else the first page.

    >>> local("/spend?days=7"), local("//evil.example"), local("https://evil.example/"), local("/\\evil.example")
    ('/spend?days=7', '/', '/', '/')
    """
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted else "/"
