"""Alembic's entry: runs revisions on the connection it is handed, within the caller's transaction."""

from alembic import context

SCHEMA = "coagent"

context.configure(connection=context.config.attributes["connection"], version_table_schema=SCHEMA)
with context.begin_transaction():
    context.run_migrations()
