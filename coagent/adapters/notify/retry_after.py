"""How long a service asks to be left alone."""

from collections.abc import Mapping

BUSY_S = 60.0
"""Where it does not say: GitHub's and GitLab's limits are by the minute."""


def retry_after_s(headers: Mapping[str, str]) -> float:
    """Seconds of the header `Retry-After` (RFC 9110, 10.2.3); a date there is answered by BUSY_S.

    >>> retry_after_s({"Retry-After": "17"}), retry_after_s({}), retry_after_s({"retry-after": "-1"})
    (17.0, 60.0, 0.0)
    """
    named = {name.lower(): value for name, value in headers.items()}
    try:
        return max(0.0, float(named["retry-after"]))
    except (KeyError, ValueError):
        return BUSY_S
