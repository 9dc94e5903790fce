"""The database's history (Alembic revisions) and the stable views on it; run by coagent.adapters.postgres.migrate."""
