"""A page's addresses: HTML, and each table as CSV and JSON."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coagent.adapters.postgres.sql_reader import Answer
from coagent.entrypoints.console.answers import Answers
from coagent.entrypoints.console.exports import as_csv, as_json
from coagent.entrypoints.console.filters import WrongFilter, page_number, query_string, shown, values_of
from coagent.entrypoints.console.page import Chart, Page, Table
from coagent.entrypoints.console.render import Templates
from coagent.entrypoints.console.rows import Shown, all_rows, one_page, page_rows

FORMS: dict[str, tuple[str, Callable[[Table, Answer], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "json": ("application/json", as_json),
}
T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]
More = Callable[[], Mapping[str, Any]]
"""What a page's template is given besides."""


class PageRoutes:
    """Of one page."""

    def __init__(self, page: Page, answers: Answers, templates: Templates, more: More = dict) -> None:
        self._page, self._answers, self._templates, self._more = page, answers, templates, more

    def routes(self) -> list[Route]:
        path = f"/{self._page.path}"
        files = [Route(f"{path.rstrip('/') or '/now'}.{form}", self._file(form)) for form in FORMS]
        inner = [Route(f"{path.rstrip('/') or '/now'}/{{table}}.{form}", self._file(form)) for form in FORMS]
        return [*files, *inner, Route(path, self._html)]

    async def _html(self, request: Request) -> Response:
        values, number = self._asked(request), _checked(lambda: page_number(request.query_params))
        tables = shown(self._page, values)
        found = await asyncio.gather(
            *(
                asyncio.to_thread(one_page, self._answers, table, values, number if table is tables[0] else 1)
                for table in tables
            )
        )
        if self._page.parts and not found[0].rows:
            raise HTTPException(404, "There is nothing of that name.")
        context = self._context(request, values, list(found))
        return self._templates.answer(request, self._page.template, **context)

    def _file(self, form: str) -> Handler:
        media_type, encode = FORMS[form]

        async def handle(request: Request) -> Response:
            values = self._asked(request)
            table = self._named(request.path_params.get("table"), values)
            answer = await asyncio.to_thread(self._rows, request, table, values)
            name = f"{self._page.title.lower().replace(' ', '-')}-{table.name}.{form}"
            said = {"content-disposition": f'{"attachment" if form == "csv" else "inline"}; filename="{name}"'}
            return Response(encode(table, answer), media_type=media_type, headers=said)

        return handle

    def _rows(self, request: Request, table: Table, values: Mapping[str, Any]) -> Answer:
        """All of them; one page's where one is named, as the page shows them."""
        if "page" not in request.query_params:
            return all_rows(self._answers, table, values)
        return page_rows(self._answers, table, values, _checked(lambda: page_number(request.query_params)))

    def _named(self, name: str | None, values: Mapping[str, Any]) -> Table:
        table = shown(self._page, values)[0] if name is None else self._page.table(name)
        if table is None:
            raise HTTPException(404, "There is no such table.")
        return table

    def _asked(self, request: Request) -> dict[str, Any]:
        """Filters and parts of the path. Raises HTTPException."""
        parts = {name: str(request.path_params[name]) for name in self._page.parts}
        if any(not re.fullmatch(self._page.parts[name], value) for name, value in parts.items()):
            raise HTTPException(404, "There is nothing of that name.")
        return _checked(lambda: values_of(self._page, request.query_params)) | parts

    def _context(self, request: Request, values: Mapping[str, Any], found: list[Shown]) -> dict[str, Any]:
        address = request.scope["path"].rstrip("/") or "/now"
        query = query_string(self._page, values)
        number = found[0].number
        numbers = {one.table.name: one.number for one in found}
        charts = [
            _chart(one, f"{address}/{one.table}.json{query_string(self._page, values, page=numbers[one.table])}")
            for one in self._page.charts
            if one.table in numbers
        ]
        here = query_string(self._page, values, page=number if number > 1 else None)
        links = {"address": address, "query": query, "here": request.scope["path"] + here}
        before = query_string(self._page, values, page=number - 1) if number > 1 else None
        after = query_string(self._page, values, page=number + 1) if found[0].more else None
        shown_here = {"page": self._page, "found": found, "values": values, "charts": charts}
        return {**shown_here, **links, "before": before, "after": after, **self._more()}


def _chart(chart: Chart, source: str) -> tuple[str, str]:
    """Its title, and what the browser draws it from."""
    said = {"kind": chart.kind, "source": source, "x": chart.x, "y": chart.y, "title": chart.title}
    return chart.title, msgspec.json.encode(said).decode()


def _checked(read: Callable[[], T]) -> T:
    try:
        return read()
    except WrongFilter as wrong:
        raise HTTPException(400, str(wrong)) from wrong
