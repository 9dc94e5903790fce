"""Pins the images of docker/ by digest, in place: `python tools/pin_images.py`. Needs docker and a network.

A tag may be moved to another image, a digest may not. The workflow runs this each week and keeps what it made.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

DOCKER = Path(__file__).parents[1] / "docker"
FILES = (DOCKER / "Dockerfile", DOCKER / "compose.yaml")
_NAMED = re.compile(r"^(FROM |\s+image: )([\w./-]+:[\w.-]+)(?:@sha256:[0-9a-f]{64})?$", re.MULTILINE)


def pinned(text: str, digest: Callable[[str], str]) -> str:
    """The text with each `name:tag` followed by its digest (`sha256:…`), in place of an older one."""
    return _NAMED.sub(lambda found: f"{found[1]}{found[2]}@{digest(found[2])}", text)


def registry_digest(image: str) -> str:
    """As the registry has it now, of all platforms together."""
    argv = ["docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}"]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    for file in FILES:
        file.write_text(pinned(file.read_text(), registry_digest))
        print(f"pinned {file}")


if __name__ == "__main__":
    main()
