"""Functions behind the views' histograms, renewed with the views; the first schema has their types and comments."""

FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION insights.histogram_merge(histograms insights.histogram[]) RETURNS insights.histogram
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN count(*) > 0
        THEN ROW(array_agg(bin ORDER BY bin), array_agg(met ORDER BY bin))::insights.histogram END
    FROM (
        SELECT bin, sum(met)::bigint AS met
        FROM (
            SELECT unnest((one).bins) AS bin, unnest((one).counts) AS met
            FROM (SELECT unnest(histograms) AS one) AS each
        ) AS held
        GROUP BY bin
    ) AS merged
$$""",
    """CREATE OR REPLACE FUNCTION insights.percentile(histogram insights.histogram, share double precision)
RETURNS double precision LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    total bigint := 0;
    upto bigint := 0;
    place integer := 0;
    met bigint;
BEGIN
    FOREACH met IN ARRAY coalesce(histogram.counts, '{}') LOOP
        total := total + met;
    END LOOP;
    FOREACH met IN ARRAY coalesce(histogram.counts, '{}') LOOP
        upto := upto + met;
        place := place + 1;
        IF upto >= share * total THEN
            RETURN 2 * power(1.02 / 0.98, histogram.bins[place]) / (1.02 / 0.98 + 1);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$""",
)
"""`unnest` in the select list writes nothing down, as it does in FROM; a loop over one histogram starts no plan."""
