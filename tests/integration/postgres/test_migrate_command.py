import pytest

from coagent.adapters.postgres.migrate import pending
from coagent.domain.errors import Fatal
from coagent.entrypoints.cli.migrate import migrate


def test_it_names_what_it_applied_once(empty_postgres_url: str, monkeypatch, capsys) -> None:
    monkeypatch.setenv("COAGENT_POSTGRES__URL", empty_postgres_url)

    migrate()
    first = capsys.readouterr().out
    migrate()
    second = capsys.readouterr().out

    assert [] == pending(empty_postgres_url)
    assert first.startswith("applied 0001 ")
    assert second.startswith("up to date")


def test_without_a_database_it_says_what_to_set(monkeypatch) -> None:
    monkeypatch.delenv("COAGENT_POSTGRES__URL", raising=False)

    with pytest.raises(Fatal, match="COAGENT_POSTGRES__URL"):
        migrate()
