"""`coagent migrate`."""

from coagent.adapters.postgres.migrate import pending, upgrade
from coagent.bootstrap.postgres import postgres_url
from coagent.settings import Settings


def migrate() -> None:
    """Bring the database to this version's schema. May be repeated, and run from several places at a time.

    People and dashboards read schema `insights`: GRANT insights_reader TO the_login;
    """
    url = postgres_url(Settings())
    missing = pending(url)
    upgrade(url)
    for revision in missing:
        print(f"applied {revision}")
    print("up to date; to let a login read the views: GRANT insights_reader TO the_login;")
