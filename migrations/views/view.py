"""What a stable view is: each column with its expression and its comment, so that none goes undocumented."""

from dataclasses import dataclass

SCHEMA = "insights"
READER = "insights_reader"


@dataclass(frozen=True)
class Column:
    """`comment` begins with the unit or type and says when the value is NULL."""

    name: str
    expression: str
    comment: str


@dataclass(frozen=True)
class View:
    """`source` is everything from FROM on. `version` grows with each change of its columns."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    source: str
    version: int = 1

    def statements(self) -> list[str]:
        """SQL that makes or renews it. Postgres itself refuses to drop, rename or retype a column this way: what
        people have built on a view stays whole; new columns go to the end. A migration renames a column, in place.
        """
        name = f"{SCHEMA}.{self.name}"
        listed = ",\n    ".join(f"{column.expression} AS {column.name}" for column in self.columns)
        return [
            f"CREATE OR REPLACE VIEW {name} AS\nSELECT\n    {listed}\n{self.source}",
            f"COMMENT ON VIEW {name} IS {_quoted(f'{self.comment} Version {self.version}.')}",
            *(f"COMMENT ON COLUMN {name}.{column.name} IS {_quoted(column.comment)}" for column in self.columns),
            f"GRANT SELECT ON {name} TO {READER}",
        ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def segment_columns(alias: str = "segment") -> tuple[Column, ...]:
    """What names an account, the same in every view: join by segment_id or stream_id, which are never NULL."""
    return (
        Column("segment_id", f"{alias}.id", "text: 16 hex digits that name the account (provider to tenant)"),
        Column("stream_id", f"{alias}.stream_id", "text: 16 hex digits that name provider, model and endpoint"),
        Column("provider", f"{alias}.provider", "text: who serves the model"),
        Column("request_model", f"{alias}.request_model", "text: model as requested, often an alias"),
        Column("endpoint", f"{alias}.endpoint", "text: server address; NULL: unknown"),
        Column("task", f"{alias}.task", "text: what the requests are for; NULL: unknown"),
        Column("tenant", f"{alias}.tenant", "text: whose requests; NULL: unknown"),
    )
