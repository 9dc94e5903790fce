"""No command prints a secret, whatever goes wrong with it."""

import json

import pytest
from typer.testing import CliRunner

from coagent.entrypoints.cli.main import app
from coagent.settings import Settings
from coagent.settings_group import Group

WORD = "hunter2"
ENVIRONMENT = {
    "COAGENT_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "COAGENT_KAFKA__OPTIONS": '{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}',
    "COAGENT_POSTGRES__URL": f"postgresql://coagent:{WORD}@127.0.0.1:1/coagent",
    "COAGENT_INGEST__HASH_KEY": WORD,
    "COAGENT_MODEL__BASE_URL": f"http://ann:{WORD}@127.0.0.1:1/v1?key={WORD}",
    "COAGENT_DELIVERY__ALERTMANAGER_URL": f"http://ann:{WORD}@127.0.0.1:1/",
    "COAGENT_DELIVERY__ALERTMANAGER_WEBHOOK_URL": f"http://127.0.0.1:1/services/{WORD}",
    "COAGENT_DELIVERY__TIMEOUT_S": "1",
    "COAGENT_MODEL__API_KEY": WORD,
    "COAGENT_PROBES__KEYS": json.dumps({"acme": WORD}),
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


TEXTS = [
    (f"COAGENT_{group}__{name}".upper(), field.annotation)
    for group, settings in Settings()
    if isinstance(settings, Group)
    for name, field in type(settings).model_fields.items()
    if "str" in str(field.annotation) and "Path" not in str(field.annotation) and "Literal" not in str(field.annotation)
]


@pytest.mark.parametrize(("variable", "kind"), TEXTS, ids=lambda value: str(value)[:50])
def test_no_setting_shows_the_credentials_of_its_address(variable: str, kind: object) -> None:
    address = f"https://ann:{WORD}@127.0.0.1:1/?key={WORD}"
    value = {"dict": json.dumps({"a": address}), "tupl": json.dumps([address])}.get(str(kind)[:4], address)
    done = CliRunner().invoke(app, ["settings"], env={variable: value})
    assert WORD not in f"{done.output} {done.exception}"


@pytest.mark.parametrize(("variable", "kind"), TEXTS, ids=lambda value: str(value)[:50])
def test_no_setting_acts_on_the_terminal(variable: str, kind: object) -> None:
    odd = "a\x1b[31m\u202e[bold]b"
    value = {"dict": json.dumps({"a": odd}), "tupl": json.dumps([odd])}.get(str(kind)[:4], odd)
    done = CliRunner().invoke(app, ["settings"], env={variable: value})
    assert not {"\x1b", "\u202e"} & set(done.output)
