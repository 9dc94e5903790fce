"""Where the console is reached: what a browser's Host and Origin have to say."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Place:
    """`address` is that of links; `origins` all that are ours."""

    address: str
    origins: frozenset[str]

    @property
    def is_https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def cookie(self) -> str:
        """With https the browser takes it from this host alone (RFC 6265bis, __Host-). Else ports share cookies."""
        return "__Host-coagent" if self.is_https else f"coagent_{urlsplit(self.address).port}"

    def is_host(self, host: str) -> bool:
        return any(host.lower() == urlsplit(one).netloc for one in self.origins)


def local_place(host: str, port: int) -> Place:
    """On this machine; `localhost` names it too."""
    shown = f"[{host}]" if ":" in host else host
    names = {shown, *LOCAL_NAMES}
    return Place(f"http://{shown}:{port}", frozenset(f"http://{name}:{port}" for name in names))


def public_place(url: str) -> Place:
    """Behind what ends TLS."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return Place(origin, frozenset({origin}))


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
