"""Where the broker is away, `send` and `replay` end at once with one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from coagent.adapters.embedded.ports import free_port


@pytest.mark.parametrize("command", ["send", "replay"])
def test_one_line_says_so(command: str, tmp_path: Path):
    file = tmp_path / "log.jsonl"
    file.write_text('{"time": "2026-01-01T00:00:00Z", "provider": "p", "request_model": "m"}\n')
    servers = f"127.0.0.1:{free_port()}"
    done = subprocess.run(
        [sys.executable, "-m", "coagent", command, str(file)],
        env={"COAGENT_KAFKA__BOOTSTRAP_SERVERS": servers, "COAGENT_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,  # a client that retries would go on for minutes
    )
    assert done.returncode == 2
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert f"no answer from Kafka at {servers}" in line
