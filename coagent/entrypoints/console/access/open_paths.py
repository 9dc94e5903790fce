"""What may be seen without a session. Everything else asks for one."""

OIDC = "/login/oidc"
OIDC_RETURN = f"{OIDC}/return"
"""Where an identity provider sends people back to."""
OPEN = frozenset({"/health", "/enter", "/login", OIDC, OIDC_RETURN})
OPEN_BELOW = ("/static/",)


def is_open(path: str) -> bool:
    return path in OPEN or path.startswith(OPEN_BELOW)
