"""Each page of the console on a filled and on an empty database."""

import csv
import html
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rollup_days import make_days
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.errors import Fatal
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.entrypoints.console.answers import Answers
from coagent.entrypoints.console.page import Page, Table
from coagent.entrypoints.console.pages import PAGES
from coagent.entrypoints.console.pages.shift import TIMELINE
from coagent.entrypoints.console.rows import one_page
from tests.contract.samples import shift
from tests.integration.postgres.browser import entered
from tests.integration.postgres.test_sql_page import filled

__all__ = ["filled"]

NOW = datetime.now(UTC)
HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}\x1b[2J"
MENU = [page for page in PAGES if page.in_menu]
TABLES = [pytest.param(page, table, id=f"{page.path or 'now'} {table.name}") for page in MENU for table in page.tables]


@pytest.fixture
def client(filled: Engine, postgres_url: str, tmp_path: Path) -> TestClient:
    return entered(postgres_url, tmp_path)


def address(page: Page, ending: str = "") -> str:
    path = f"/{page.path}" if not ending else f"/{page.path or 'now'}"
    return path + ending


@pytest.mark.parametrize("page", MENU, ids=lambda page: page.path or "now")
def test_a_page_says_what_to_do_where_nothing_is_there(postgres_url: str, tmp_path: Path, page: Page) -> None:
    text = entered(postgres_url, tmp_path).get(address(page)).text
    assert f"<h1>{page.title}</h1>" in text
    assert all(len(table.empty) > 30 for table in page.tables)


@pytest.mark.parametrize(("page", "table"), TABLES)
def test_a_table_has_all_its_columns(client: TestClient, page: Page, table: Table) -> None:
    where = "&".join(f"{name}={value}" for name, value in table.when.items())
    answer = client.get(f"{address(page)}?{where}")
    assert answer.status_code == 200
    assert table.caption in answer.text
    found = client.get(f"{address(page, f'/{table.name}.json')}?{where}").json()
    assert found["source"] == table.view
    written = list(csv.reader(io.StringIO(client.get(f"{address(page, f'/{table.name}.csv')}?{where}").text)))
    assert written[0] == [column.name for column in table.columns]
    assert len(written) == 1 + len(found["rows"])


def test_the_filters_are_in_the_address(client: TestClient) -> None:
    assert "acme" in client.get("/spend?by=tenant").text
    assert "acme" not in client.get("/spend?by=tenant&model=nothing").text
    assert 'value="nothing"' in client.get("/spend?by=tenant&model=nothing").text
    assert "/spend/by-tenant.csv?by=tenant&amp;days=7" in client.get("/spend?by=tenant&days=7").text


@pytest.mark.parametrize(
    "query", ["by=nobody", "days=0", "days=x", "days=%00", "days=401", "model=%00", "page=0", "page=99999999999"]
)
def test_a_wrong_filter_is_said(client: TestClient, query: str) -> None:
    assert client.get(f"/spend?{query}").status_code == 400


def test_unknown_is_never_zero(filled: Engine, client: TestClient) -> None:
    with filled.begin() as connection:
        connection.exec_driver_sql("UPDATE coagent.rollups_1d SET cost_usd = NULL, cost_known = 0")
    rows = client.get("/spend.json").json()["rows"]
    assert {row["cost_usd"] for row in rows} == {None}
    assert '<td class="number" data-header="Spent">–</td>' in client.get("/spend").text  # noqa: RUF001


def test_a_page_of_rows_reloads_as_itself(filled: Engine, client: TestClient) -> None:
    """So do its charts: they are drawn from the rows that it shows."""
    shifts = [shift(id=f"many-{number:03}", updated=RowRef(ordinal=9_000, time=NOW)) for number in range(101)]
    PostgresTelemetryStore(filled).write_shifts(shifts)
    text = client.get("/shifts?status=open&page=2").text
    assert 'hx-get="/shifts?status=open&amp;page=2"' in text
    assert text.count('href="/shifts/many-') == 1
    assert 'hx-get="/shifts?status=open"' in client.get("/shifts?status=open").text
    assert '/scorecard/scorecard.json?page=1"' in html.unescape(client.get("/scorecard").text)
    assert len(client.get("/shifts.json?status=open&page=2").json()["rows"]) == 1
    assert len(client.get("/shifts.json?status=open").json()["rows"]) == 101
    assert client.get("/shifts.json?page=0").status_code == 400


def test_what_a_shift_says_stands_before_its_charts(client: TestClient) -> None:
    text = client.get("/shifts/shift-1").text
    assert (
        -1
        < text.index("Answers fell from")
        < text.index("The shift")
        < text.index("data-chart")
        < text.index("Before and after")
    )


@pytest.mark.parametrize("query", ["SELECT 1 / 0 FROM shifts", "SELECT nothing FROM shifts", "SELECT (", "COMMIT"])
def test_a_question_that_fails_holds_no_lock(filled: Engine, query: str) -> None:
    with pytest.raises(Fatal):
        SqlReader(filled).ask(query)
    with filled.connect() as connection:
        held = "SELECT query FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
        assert connection.exec_driver_sql(held, execution_options={"no_parameters": True}).all() == []


def test_text_of_telemetry_stays_text(filled: Engine, client: TestClient) -> None:
    (signal,) = shift().signals
    signals = [msgspec.structs.replace(signal, name=HOSTILE, unit=HOSTILE)]
    hostile = shift(id="shift-9", segment=Segment(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE), signals=signals)
    PostgresTelemetryStore(filled).write_shifts([hostile])
    for path in [*map(address, MENU), "/shifts/shift-9"]:
        text = client.get(path).text
        assert "<img" not in text
        assert "\x1b" not in text
    assert "&lt;img" in text


class Planned(SqlReader):
    """What is asked of hours, with the plan that it got."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.plans: list[list[str]] = []

    def ask(self, query, parameters=None):
        if "streams_1h" in query:
            self.plans.append([row[0] for row in super().ask(f"EXPLAIN {query}", parameters).rows])
        return super().ask(query, parameters)


def test_a_timeline_plans_the_days_around_its_shift_alone(postgres_engine: Engine) -> None:
    """A year of hours has hundreds of partitions; each that is planned takes a tenth of a millisecond."""
    days = [datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC) - timedelta(days=back) for back in range(60)]
    with transaction(postgres_engine) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            make_days(cursor, "hours", days)
    onset = RowRef(ordinal=1000, time=NOW - timedelta(days=30), request_id="r")
    PostgresTelemetryStore(postgres_engine).write_shifts([shift(id="a-month-ago", onset=onset)])
    reader = Planned(postgres_engine)
    assert one_page(Answers(reader), TIMELINE, {"id": "a-month-ago"}).rows == []
    assert one_page(Answers(reader), TIMELINE, {"id": "nobody's"}).rows == []
    read = [sum("on rollups_1h" in line for line in plan) for plan in reader.plans]
    assert 1 <= read[0] <= 6
    assert read[1] <= 1
