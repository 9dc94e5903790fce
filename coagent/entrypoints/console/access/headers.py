"""Headers of each answer: a page loads from here alone, runs nothing inline, and is framed by nobody."""

SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
KEPT_STATIC = "no-cache"
"""A browser may keep files of ours, and asks each time whether they are still so."""
STRICT_TRANSPORT = "max-age=31536000"


def headers_of(path: str, *, is_https: bool) -> dict[str, str]:
    """For an answer at that path."""
    kept = {"cache-control": KEPT_STATIC} if path.startswith("/static/") else {}
    secure = {"strict-transport-security": STRICT_TRANSPORT} if is_https else {}
    return HEADERS | kept | secure
