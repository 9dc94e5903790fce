"""Readers of the views can take no lock of the agent's, keep nothing in the database, and ask for a minute at most."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FUNCTIONS = """
DO $$
DECLARE name regprocedure;
BEGIN
    FOR name IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
        AND (proname ~ '^pg_(try_)?advisory_' OR proname ~ '^lo_' OR proname IN ('lowrite', 'loread'))
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', name);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO CURRENT_USER', name);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'only a superuser can take functions from everybody: readers can take advisory locks';
END
$$
"""
"""Of this database alone; who migrates keeps them."""

DATABASE = """
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO CURRENT_USER', current_database());
    ALTER ROLE insights_reader SET statement_timeout = '60s';
    ALTER ROLE insights_reader SET idle_in_transaction_session_timeout = '60s';
    ALTER ROLE insights_reader SET default_transaction_read_only = on;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'only an owner can limit the database and insights_reader: readers keep what everybody may do';
END
$$
"""


def upgrade() -> None:
    """Where its user lacks the right to, as on a server of somebody else's, it goes on without."""
    op.execute(FUNCTIONS)
    op.execute(DATABASE)
