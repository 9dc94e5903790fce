"""Where the gate's own files lie in a repository, unless they are named."""

from pathlib import Path

POLICY_FILE = Path(".coagent/gate.yaml")
SNAPSHOT_FILE = Path(".coagent/gate-snapshot.json")
