"""What each detector promises, and how far its evidence is."""

from migrations.views.view import Column, View, segment_columns

STATUS = """CASE WHEN detector.muted_until > now() THEN 'muted'
    WHEN EXISTS (
        SELECT FROM coagent.silences AS silence
        WHERE silence.segment_id = detector.segment_id AND silence.status = 'silent'
    ) THEN 'silent'
    ELSE detector.status END"""

DETECTORS = View(
    name="detectors",
    comment="Every detector, one row a stream and signal (tenant '(all)': what several streams of a provider and model "
    "show together): its promise, its evidence so far, its memory. Renewed when something notable changes or its "
    "requests have doubled, else every hour (by the time of the newest request) or 8192 requests of the stream.",
    columns=(
        *segment_columns(),
        Column("signal", "detector.signal", "text: the signal that it watches"),
        Column(
            "status",
            STATUS,
            "text: warming_up (too few requests yet), watching, suspicious (an alarm is open), muted, or silent (its segment "
            "has no requests any more)",
        ),
        Column(
            "segment_promise_rows",
            "detector.segment_promise_rows",
            "rows: average number of requests of the segment between two false alarms, at least; the fleet's requests "
            "a month over the false alarms a month, so that more segments mean no more alarms",
        ),
        Column(
            "promise_rows",
            "detector.promise_rows",
            "rows: the same for this signal's alarms alone; NULL: warming up",
        ),
        Column(
            "budget_share",
            "detector.budget_share",
            "share, 0 to 1: the signal's part in the segment's evidence and so in its false alarms; 0: a covariate, "
            "which never raises an alarm by itself",
        ),
        Column(
            "log10_needed",
            "detector.log10_needed",
            "log10: evidence at which it raises by itself; NULL: warming up",
        ),
        Column("log10_evidence", "detector.log10_evidence", "log10: evidence of a change now; 0: none"),
        Column(
            "log10_evidence_peak",
            "detector.log10_peak",
            "log10: its highest since the reference began; of tenant '(all)': its highest so far",
        ),
        Column(
            "reference_rows",
            "detector.reference_rows",
            "count: known values that it compares with; of tenant '(all)': values since its evidence began",
        ),
        Column(
            "caution",
            "detector.caution",
            "ratio: how many times as much means over 64 requests vary as independent requests would let them; "
            "evidence is lowered for it; 1: not at all",
        ),
        Column(
            "false_alarms",
            "detector.false_alarms",
            "count: its alarms that proved to be none; each raises log10_needed by 3",
        ),
        Column(
            "muted_until",
            "detector.muted_until",
            "timestamp, UTC: requests that start before are passed over; NULL: never muted",
        ),
        Column("requests", "detector.rows_seen", "count: requests of the segment so far"),
        Column("updated_at", "detector.time", "timestamp, UTC: start of the newest request so far"),
    ),
    source="""FROM coagent.detectors AS detector
JOIN coagent.segments AS segment ON segment.id = detector.segment_id""",
)
