"""Whether a request comes from whom it says: checked on the raw bytes, in constant time."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

STAMP = re.compile(r"[0-9]{1,12}")
WINDOW_S = 300
"""Slack's own advice: what is older may be a replay."""


def slack(secret: str, headers: Mapping[str, str], body: bytes, at: datetime) -> bool:
    """`v0=` HMAC-SHA256 of `v0:timestamp:body`, at most five minutes old."""
    stamp = headers.get("x-slack-request-timestamp", "")
    if not STAMP.fullmatch(stamp) or abs(at.timestamp() - int(stamp)) > WINDOW_S:
        return False
    return _same(f"v0={_digest(secret, b'v0:' + stamp.encode() + b':' + body)}", headers.get("x-slack-signature", ""))


def hub(secret: str, given: str, body: bytes) -> bool:
    """`sha256=` HMAC-SHA256 of the body, as GitHub and Jira sign (WebSub's X-Hub-Signature)."""
    return _same(f"sha256={_digest(secret, body)}", given)


def token(secret: str, given: str) -> bool:
    """A shared secret in a header."""
    return _same(secret, given)


def _digest(secret: str, data: bytes) -> str:
    return hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
