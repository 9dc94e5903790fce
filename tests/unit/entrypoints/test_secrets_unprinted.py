"""No command prints a secret, whatever goes wrong with it."""

import json

import pytest
from typer.testing import CliRunner

from coagent.entrypoints.cli.main import app

WORD = "hunter2"
ENVIRONMENT = {
    "COAGENT_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "COAGENT_KAFKA__OPTIONS": '{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}',
    "COAGENT_POSTGRES__URL": f"postgresql://coagent:{WORD}@127.0.0.1:1/coagent",
    "COAGENT_INGEST__HASH_KEY": WORD,
    "COAGENT_MODEL__BASE_URL": "http://127.0.0.1:1/v1",
    "COAGENT_MODEL__API_KEY": WORD,
}
UNREACHABLE = {"sasl.username": WORD, "sasl.password": WORD}
MISSPELT = UNREACHABLE | {"sasl.pasword": WORD}


@pytest.mark.parametrize("secrets", [UNREACHABLE, MISSPELT], ids=["unreachable", "misspelt"])
@pytest.mark.parametrize("command", [["settings"], ["doctor"], ["doctor", "--json"]], ids=" ".join)
def test_secrets_are_not_printed(command: list[str], secrets: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coagent.entrypoints.doctor.kafka.PATIENCE_S", 0.5)
    environment = ENVIRONMENT | {"COAGENT_KAFKA__SECRETS": json.dumps(secrets)}
    done = CliRunner().invoke(app, command, env=environment)
    assert ("sasl.password" if command == ["settings"] else "database") in done.output
    assert WORD not in f"{done.output} {done.exception}"
