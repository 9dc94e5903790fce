"""Limits, hashes, cells, files: the parts, each alone."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from coagent.adapters.postgres.sql_reader import Answer
from coagent.console_settings import ConsoleSettings
from coagent.domain.errors import Fatal
from coagent.entrypoints.console.access.limits import Limit
from coagent.entrypoints.console.access.passwords import hashed, is_right
from coagent.entrypoints.console.access.people import People
from coagent.entrypoints.console.cells import cell
from coagent.entrypoints.console.exports import as_csv
from coagent.entrypoints.console.page import Column, Table
from coagent.entrypoints.console.wired import check

NAMES = Table("t", "T", "insights.t", "SELECT", (Column("a", "A"), Column("b", "B", "money")), "nothing")


def test_a_burst_then_one_every_so_many_seconds() -> None:
    now = [0.0]
    limit = Limit(3, 10.0, lambda: now[0])
    assert [limit.allows("ann") for _ in range(4)] == [True, True, True, False]
    assert limit.allows("bob")
    now[0] = 10.0
    assert [limit.allows("ann") for _ in range(2)] == [True, False]


def test_a_hash_takes_its_password_alone() -> None:
    kept = hashed("a long enough password")
    assert is_right("a long enough password", kept)
    assert not is_right("a long enough passwort", kept)
    assert kept != hashed("a long enough password"), "salted"
    assert not is_right("x", "plain text")
    assert not is_right("x", "scrypt$ln=40,r=8,p=1$" + "A" * 24 + "$" + "A" * 44), "no hash takes a terabyte"


def test_who_has_no_password_does_not_come_in() -> None:
    people = People(frozenset({"ann"}), {"bob": hashed("a password of bob")}, hashed(""))
    assert people.by_password("ann", "") is None
    assert people.by_password("bob", "a password of bob") == "reader"


def test_a_spreadsheet_runs_nothing() -> None:
    text = as_csv(NAMES, Answer(["a", "b"], [('=HYPERLINK("x")', Decimal("-1.5")), ("+1", None)], False)).decode()
    assert text.splitlines() == ["a,b", '"\'=HYPERLINK(""x"")",-1.5', "'+1,"]


def test_a_link_is_filled_with_quoted_values() -> None:
    column = Column("id", "Shift", link="/shifts/{id}")
    assert cell(column, {"id": '"/../x?y'}).link == "/shifts/%22%2F..%2Fx%3Fy"
    assert cell(column, {"id": None}).link == ""


@pytest.mark.parametrize("values", [{"host": "0.0.0.0"}, {"public_url": "https://x.example"}])  # noqa: S104
def test_beyond_this_machine_a_login_is_demanded(values: dict[str, str]) -> None:
    with pytest.raises(Fatal, match="login"):
        check(ConsoleSettings(**values))  # type: ignore[arg-type]


def test_a_login_goes_through_no_plain_text() -> None:
    with pytest.raises(ValidationError):
        ConsoleSettings(public_url="http://coagent.example")
    with pytest.raises(Fatal, match="PUBLIC_URL"):
        check(ConsoleSettings(host="0.0.0.0", passwords={"ann": hashed("x")}))  # type: ignore[dict-item]  # noqa: S104
