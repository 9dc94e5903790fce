"""`python -m coagent.health PORT`: status 0 where the process at that port gets on, for a container's health check.

It imports nothing of coagent, so that a check every few seconds costs little.
"""

import sys
from http.client import HTTPConnection, HTTPException

WITHIN_S = 3.0


def is_ready(port: int) -> bool:
    """Whether /ready of a process on this machine says so."""
    connection = HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200  # noqa: PLR2004  OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(sys.argv[1])) else 1)
