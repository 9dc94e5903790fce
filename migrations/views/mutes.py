"""What is muted, by whom, and when it ends or ended."""

from migrations.views.view import Column, View

MUTES = View(
    name="mutes",
    comment="Alarms that people suppressed, one row a mute. While it is active, requests of its task and tenant "
    "(NULL: any) that start before muted_until raise no alarm and teach the detector nothing; they are counted.",
    columns=(
        Column("id", "mute.id", "text: identifier of the command"),
        Column("provider", "mute.provider", "text: who serves the model"),
        Column("request_model", "mute.request_model", "text: model as requested, often an alias"),
        Column("endpoint", "mute.endpoint", "text: server address; NULL: unknown"),
        Column("task", "mute.task", "text: the task that is muted; NULL: every task"),
        Column("tenant", "mute.tenant", "text: the tenant that is muted; NULL: every tenant"),
        Column("signals", "mute.signals", "JSON array of text: the signals that are muted; NULL: all"),
        Column("by", "mute.by", "text: who muted it"),
        Column("reason", "mute.reason", "text: why; empty: not said"),
        Column("at", "mute.at", "timestamp, UTC: when the command was given"),
        Column("muted_until", "mute.muted_until", "timestamp, UTC: until when, as the command says"),
        Column(
            "status",
            "CASE WHEN mute.refused IS NOT NULL THEN 'refused' WHEN ended.kind = 'unmute' THEN 'unmuted' "
            "WHEN ended.kind = 'mute' THEN 'replaced' WHEN mute.muted_until <= now() THEN 'expired' ELSE 'active' END",
            "text: active, expired, unmuted, replaced (by a later mute of the same requests), or refused",
        ),
        Column(
            "ended_at",
            "CASE WHEN mute.refused IS NULL AND least(mute.muted_until, ended.at) <= now() "
            "THEN least(mute.muted_until, ended.at) END",
            "timestamp, UTC: when it ended; NULL: it is active, or was refused",
        ),
        Column("ended_by", "ended.by", "text: who ended or replaced it before its time; NULL: nobody"),
    ),
    source="""FROM insights.commands AS mute
LEFT JOIN LATERAL (
    SELECT later.kind, later.at, later.by FROM insights.commands AS later
    WHERE later.kind IN ('mute', 'unmute') AND later.refused IS NULL
        AND (later.at, later.id) > (mute.at, mute.id) AND later.at < mute.muted_until
        AND later.provider = mute.provider AND later.request_model = mute.request_model
        AND later.endpoint IS NOT DISTINCT FROM mute.endpoint
        AND CASE later.kind
            WHEN 'unmute' THEN (num_nonnulls(later.task, later.tenant) = 0
                    OR (later.task, later.tenant) IS NOT DISTINCT FROM (mute.task, mute.tenant))
                AND (later.signals IS NULL OR later.signals @> mute.signals)
            ELSE (later.task, later.tenant) IS NOT DISTINCT FROM (mute.task, mute.tenant)
                AND later.signals IS NOT DISTINCT FROM mute.signals
        END
    ORDER BY later.at, later.id LIMIT 1
) AS ended ON true
WHERE mute.kind = 'mute'""",
)
