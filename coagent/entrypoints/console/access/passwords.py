"""Password hashes, as scrypt with its parameters (RFC 7914)."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from typing import NamedTuple

LOG_N, R, P = 15, 8, 3
"""32 MiB and about a tenth of a second; of OWASP's equivalent choices the one for such a memory."""
SALT_BYTES, HASH_BYTES = 16, 32
LONGEST = 1_000
"""Characters: what is longer is refused without work."""
SHAPE = re.compile(
    r"scrypt\$ln=(1[4-9]|20),r=([1-9]|1\d),p=([1-9]|1\d)\$([A-Za-z0-9+/=]{22,88})\$([A-Za-z0-9+/=]{43,88})"
)


class Cost(NamedTuple):
    """Memory is 128 · 2^log_n · r bytes, time that times p."""

    log_n: int
    r: int
    p: int


def hashed(password: str) -> str:
    """`scrypt$ln=15,r=8,p=3$SALT$HASH`, for COAGENT_CONSOLE__PASSWORDS."""
    salt = secrets.token_bytes(SALT_BYTES)
    key = _key(password, Cost(LOG_N, R, P), salt, HASH_BYTES)
    return f"scrypt$ln={LOG_N},r={R},p={P}${_text(salt)}${_text(key)}"


def is_right(password: str, kept: str) -> bool:
    """In the same time for any password of a hash."""
    parts = _parts(kept)
    if parts is None or len(password) > LONGEST:
        return False
    cost, salt, key = parts
    return hmac.compare_digest(_key(password, cost, salt, len(key)), key)


def _parts(text: str) -> tuple[Cost, bytes, bytes] | None:
    found = SHAPE.fullmatch(text)
    if found is None:
        return None
    try:
        salt, key = (base64.b64decode(one, validate=True) for one in found.group(4, 5))
    except binascii.Error:
        return None
    return Cost(int(found[1]), int(found[2]), int(found[3])), salt, key


def _key(password: str, cost: Cost, salt: bytes, size: int) -> bytes:
    n, r, p = 1 << cost.log_n, cost.r, cost.p
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * r * (n + p), dklen=size)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
