"""What a person with the read-only role sees in Postgres."""

from dataclasses import dataclass

import psycopg

SHIFT_SQL = "SELECT * FROM insights.shifts WHERE id = '{}'"


@dataclass(frozen=True, slots=True)
class View:
    """The `insights` views, read as `insights_reader`."""

    url: str

    def requests(self, endpoints: list[str]) -> int:
        """Requests that the minute view counts for these endpoints."""
        query = "SELECT coalesce(sum(requests), 0) FROM insights.requests_1m WHERE endpoint = ANY(%s)"
        return self._number(query, endpoints)

    def reported(self, shift_id: str) -> bool:
        """Whether the shift stands there with its text."""
        return self._number("SELECT count(*) FROM insights.shifts WHERE id = %s AND text IS NOT NULL", shift_id) == 1

    def judged(self, shift_id: str) -> bool:
        """Whether an answer of the model about the shift was judged, accepted or not."""
        return self._number("SELECT count(*) FROM insights.drafts WHERE subject_id = %s", shift_id) > 0

    def _number(self, query: str, parameter: object) -> int:
        with psycopg.connect(self.url, connect_timeout=3, autocommit=True) as connection:
            connection.execute("SET ROLE insights_reader")
            row = connection.execute(query.encode(), [parameter]).fetchone()
        return int(row[0]) if row else 0
