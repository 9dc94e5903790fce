"""ports.PolicyStore on Postgres."""

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.tables import policies
from coagent.domain.routing_policy import RoutingPolicy


class PostgresPolicies:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> RoutingPolicy | None:
        found = self.versions(1)
        return found[0] if found else None

    def versions(self, limit: int) -> list[RoutingPolicy]:
        """Newest first."""
        query = select(policies.c.policy).order_by(policies.c.version.desc()).limit(limit)
        with transaction(self._engine) as connection:
            return [msgspec.convert(value, RoutingPolicy) for value in connection.execute(query).scalars()]

    def save(self, policy: RoutingPolicy) -> bool:
        row = {"version": policy.version, "at": policy.at, "policy": policy}
        statement = insert(policies).on_conflict_do_nothing().returning(policies.c.version)
        with transaction(self._engine) as connection:
            return connection.execute(statement, row).first() is not None
