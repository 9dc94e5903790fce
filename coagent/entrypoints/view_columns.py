"""The views and their columns, as the comments in the database describe them."""

VIEWS = """SELECT relname AS view, obj_description(oid, 'pg_class') AS holds FROM pg_catalog.pg_class
WHERE relnamespace = 'insights'::regnamespace AND relkind = 'v' ORDER BY relname"""
COLUMNS = """SELECT attname AS "column", format_type(atttypid, atttypmod) AS type,
    col_description(attrelid, attnum) AS meaning
FROM pg_catalog.pg_attribute JOIN pg_catalog.pg_class AS view ON view.oid = attrelid
WHERE relnamespace = 'insights'::regnamespace AND relkind = 'v' AND relname = %(name)s AND attnum > 0
    AND NOT attisdropped
ORDER BY attnum"""
