"""What may be seen without a session. Everything else asks for one."""

OPEN = frozenset({"/health", "/enter", "/login"})
OPEN_BELOW = ("/static/",)


def is_open(path: str) -> bool:
    return path in OPEN or path.startswith(OPEN_BELOW)
