"""Columns of the composite type `insights.histogram`."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Dialect, func
from sqlalchemy.types import UserDefinedType

from coagent.domain.histogram import Histogram


class HistogramColumn(UserDefinedType[Histogram]):
    """Comes back as a domain Histogram, by way of JSON; NULL as None."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "insights.histogram"

    def column_expression(self, colexpr: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.to_jsonb(colexpr, type_=self)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Histogram | None]:  # noqa: ARG002  SQLAlchemy's own signature
        """Of psycopg's dict."""
        return lambda value: None if value is None else msgspec.convert(value, Histogram)
