"""The applications of this folder, each run as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).parents[4]


def exported(application: str, base_url: str, environment: Mapping[str, str] | None = None) -> bytes:
    """The OTLP export batch of an application that calls the server."""
    command = [sys.executable, "-m", f"tests.integration.kafka.clients.{application}", base_url]
    return subprocess.run(
        command, env=os.environ | dict(environment or {}), cwd=REPOSITORY, check=True, capture_output=True
    ).stdout
