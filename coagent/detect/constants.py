"""Every number that detection rests on, each with its reason. The settings are flat: halving or doubling most of them
changes no labelled case; what a figure costs where it does is said beside it.
"""

from typing import NamedTuple

# ---------------------------------------------------------------------------------------------------------------- grid

GRID_RATIO = 1.03
"""Ratio of neighbouring grid edges. Finer than any effect that matters, and a speed's dead band is a whole number of
these steps, rounded up.
"""
BINS, COARSE = 512, 16
"""Places of a signal on the grid: a factor of 3.6 million. Counts of `COARSE` places together make a rank two short
sums instead of a long one.
"""
COUNTED = BINS // 2
"""Counts of tokens up to here have a place each: answers that end at a limit differ by a token or two. Above they are
GRID_RATIO apart, up to 480 thousand tokens.
"""

# ---------------------------------------------------------------------------------------------------------------- bets

CELLS, WIDEST = 300, 6.0
"""Cells of a normal score between -WIDEST and WIDEST: 0.04 deviations each, far below the smallest shift bet on."""
SHARES = (0.03, 0.12, 0.4, 0.97)
"""Shares of the rows that a bet takes to be moved: rollouts to a few percent up to all; 0.97 and not 1, so that a row
that did not move never ruins a bet. Five find the same cases, at a quarter more time.
"""
SHIFTS = (0.5, 1.0, 1.9, 3.3)
"""By so many deviations. Five or six: the same cases found."""
SPREADS = ((0.97, 1.5), (0.97, 2.2), (0.4, 2.2), (0.16, 3.0))
"""Share of the rows whose deviation is so many times as large: another model answers some questions longer and others
shorter. With these a recorded swap is found after 143 rows instead of 265; without the last +3 deviations on 5 % of the
rows take half as many rows again (2,000 before: 343 for 233).
"""
DEPTHS, TIMES = (0.01, 0.03, 0.1, 0.3), (2.5, 8.0, 30.0)
"""A rate that rises: the upper so many ranks come so many times as often (an event is the upper end of its ranks)."""
EMPTIED, LEFT_OVER = (0.01, 0.02, 0.03, 0.045, 0.065, 0.1, 0.2, 0.4), 0.03
"""A rate that falls: of the upper so many ranks a share of LEFT_OVER is left. Close together, as later rows join the
reference and a depth that meets the rate today is too deep tomorrow.
"""
JOINED = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of the reference that changed rows make up by now: they join it, and bets know what is left of a change then.
Without, onsets included, 152 of 208 recorded changes otherwise cut are found, with 159. Beyond 0.4 more shares find
nothing more, and in between hardly earlier.
"""
PART_SHIFTS, PART_RISEN, PART_EMPTIED = SHIFTS[1:], tuple(zip(DEPTHS[1:], TIMES[::-1], strict=True)), EMPTIED[2::2]
"""Bets on one part of a stream are fewer, since each busy part holds them for each of its signals."""
BETTER_WEIGHT = 100.0
"""Evidence that a rate fell counts so many times where that is an improvement: it is reported and pages nobody, so it
may be false more often. 400 rows without any error after 500 with 8 % are found; with weight 1 they are not.
"""
MOST_EVIDENCE = 1e30
"""Evidence is capped here: in single precision it overflows at 3e38, and no limit is that high. A fact counts as
much.
"""

# ----------------------------------------------------------------------------------------------------------- dead band

OWN, LENGTH, SPEED, SHAPE, TRAFFIC = range(5)
"""Classes of signals: what the provider alone decides; what topics move too; what load and the host move too; what of
a speed both leave alone; what the client decides.
"""


class Band(NamedTuple):
    """Of a class. `wander`: the prior deviation of the level that rows share, as a logarithm for speeds and shapes,
    else in deviations of a row. `trust`: the rows that the prior counts for. `margin`: standard errors taken off what
    is measured. `rows_at_once`: rows that count as one; the mean of their bets is multiplied on, which
    is fair however much they hang together. Above `calm` evidence nothing is measured, or a change would widen its own
    band.
    """

    wander: float
    trust: float
    margin: float
    rows_at_once: int
    calm: float


CALM = 100.0
"""`calm` of most classes; 10 costs a false alarm. For lengths 1,000: where 100 left the topics out that wander most,
topics gave 58, 167 and 125 false alarms a million rows (streams of 400, 2,000 and 20,000), with 10,000 12, 38 and 62,
but a rollout to a sixth of the requests was seen too late to be named. For traffic too, its band grows and a mix counts
as the provider's. A prior wander of 0.15, or four lengths at once, lose one and two cases. A part's change began after
the last row with less evidence than this.
"""
BANDS = (
    Band(0.0, 1024.0, 2.0, 1, CALM),  # own: nothing but the provider moves it, so only a lot of wandering is believed
    Band(0.05, 512.0, 1.0, 1, 10 * CALM),  # length: topics move it a little, and what raises evidence is mostly a topic
    Band(0.24, 600.0, 1.0, 4, CALM),  # speed: hosts of one model differ by 0.75 to 1.35 times, and bursts hang together
    Band(0.12, 300.0, 1.0, 1, CALM),  # shape: host and load cancel, half of their spread is left
    Band(0.0, 512.0, 1.0, 1, CALM),  # traffic: seeing too much here holds alarms back, it raises none
)
SECONDS_AT_ONCE = 10.0
"""Nor do less seconds than these: a burst is over in seconds, however many rows it holds. With rows alone 170 false
alarms a million rows of days and bursts, with 5 s 120, with 10 s 35, with 30 s none; a busy stream pays with a minute.
"""
DEVIATIONS = 2.5
"""Half-width of the dead band in deviations of the wandering level; 2 or 3 find the same cases. Rows look like the
reference where their mean and spread are within as many of their own.
"""
BLOCKS = (16, 64, 256)
"""Rows of the blocks whose means are compared: wandering is measured at three time scales, the worst counts."""

SLOW_ROWS, SLOW_S = 64, 300.0
"""A mean of the slow statistic: of so many rows, drawn from at least so many seconds. Five minutes hold many stays with
hosts, and a burst is a small part of them.
"""
SLOW_WANDER, SLOW_TRUST = 0.3, 144.0
"""Prior deviation of what the means share, in deviations of a row, and the means it counts for: a day's, since a rising
morning looks like a lasting change. 0.3 is a tenth of the speed where rows vary by a third.
"""
LEVEL_BLOCKS = 5
"""A speed improved for good where means of so many blocks of SLOW_ROWS (and SECONDS_AT_ONCE) are lower than any of at
least as many before, and by SLOW_WANDER: longer than most stays with a host, more than load does within an hour.
"""
HOUR_S, DAY_S = 3_600.0, 86_400.0
"""All blocks of a comparison lie within an hour, in which the load of a day hardly moves, or they cover a day."""
LEVEL_VARIED = 4.0
"""And by so many deviations of the means before: with 2.5, 75 false reports a million rows on hosts of other speeds,
with 4 30.
"""

# -------------------------------------------------------------------------------------------------------------- strata

CUTS = (40, 160, 1_280, 10_240, 81_920)
"""Rows of the stream at which strata are cut anew. At the first one strata exist, and parts and groups begin. Values of
a declared field among the rows before are its usual ones, whatever they are.
"""
SETTLED_FROM = CUTS[2]
"""From this cut on a group with all its strata keeps them. Edges of 100 rows leave a mix within a stratum: where they
were final, all three Azure streams alarmed. So many rows of the other groups are kept for the next cut, the newest.
"""
ROWS_A_STRATUM, MOST_STRATA = 12, 8
"""12 rows rank to a twelfth, which three rows in a row turn into evidence; 25 cost a false alarm on young streams. More
than 8 strata by length find nothing more.
"""
MOST_GROUPS, NAMED_GROUPS = 64, 48
"""Groups of like requests. Beyond NAMED_GROUPS a newcomer's tenant is dropped from what makes a group, beyond
MOST_GROUPS all share one: not knowing the tenant costs a third of the delay (50 unlike tenants: 28 → 44 rows). As many
tasks and tenants, the busiest, have statistics of their own: 0.4 KB of state each.
"""
MOST_CATEGORIES = 2 * NAMED_GROUPS
"""Strata of all groups together, so that a state stays small: with more groups each has fewer strata."""
GOING = 10.0
"""Strata stay where evidence is on its way up: over so many times its mean, which is the number of rows. By chance
that happens to a tenth of the signals at a cut (Markov), so CUTS cuts cost SLACK at most. Rows since evidence was so
high count as changed ones that joined the reference; with 3 or 30 the same changes are found.
"""
SLACK = 1.0 + GOING**-1 * len(CUTS) + 0.03
"""Factor on every limit that pays for cuts at which evidence goes on: 1 + a tenth a cut, rounded up."""

# -------------------------------------------------------------------------------------------------------------- alarms

ASIDE = 0.1
"""Share of the budget that is put aside, each time a limit 10 times higher, two or three rows at +1 sd: of a stream's,
for all its parts together, divided by two dimensions (task, tenant) but not by parts, since a row belongs to one of
them; of streams that are several of one provider and model, for what they show together; of a speed's, for its slow
statistic, and of that for a level that improved for good; of a signal's that is not there by the first cut, for when it
comes. What the latter leave goes to signals that the provider alone decides (own, shape), whose promise is the surest:
to lengths it went too once, and an Azure stream, of lengths alone, alarmed.
"""
TRAFFIC_POWER = 2.0 / 3.0
"""Input lengths count as moved past A to this power. At 1/2 chance passes it too often on long streams and swallows
real swaps, at 0.8 it comes after the lengths that the new mix moved.
"""
LOUDER = 1_000.0
"""An alarm that proved to be none raises its signal's limit so many times: a few rows more for a real change, and
false alarms of a restless signal grow with the logarithm of its length alone.
"""
LOOK_EVERY_ROWS = 4_096
"""Rows of the stream between looks at which parts are the busiest; detectors are reported as often, or each hour."""
TELL_EVERY_S = 5.0
"""Seconds of row time between what a stream reports to its group. A quiet stream reports each row, a busy one thousands
together.
"""
MOST_MEMBERS = 1_000
"""Streams of a group; what comes later stays alone. So many are 30 KB of state."""
ASSUMED_ROWS_PER_MONTH = 1_000_000.0
"""Of the fleet, until its rate is known."""

# ----------------------------------------------------------------------------------------------------- after an alarm

RESERVOIR_ROWS, RECENT_ROWS, SUSPICIOUS_ROWS = 192, 256, 64
"""Rows that are kept, so few that a state stays small: a sample of the reference, the latest ones, those between onset
and alarm.
"""
FRESH_TARGETS = (2, 4, 6, 8, 12, 16, 24, 32, SUSPICIOUS_ROWS, 128, RECENT_ROWS)
"""Rows after an alarm at which it is reported anew; with the last ones they are the new reference. For a part up to
SUSPICIOUS_ROWS.
"""
FEWEST_BACK = 8
"""Rows that have to look like the reference before a recovery is reported: at least, and every so many twice."""
SURE = 100.0
"""So many times likelier has one explanation to be than another: that a change is over, or that a new value of a
declared field carries a lasting share of the rows and was not rare all along.
"""
DOUBT = 0.05
"""Chance that an interval misses; that any of the thin parts looked at is named by chance."""
FEW_ROWS = 4
"""Of a part on each side, or no mean rank is far enough from another one; its unchanged spread counts as so many more,
since few rows that happen to rank alike are not sure.
"""
MOST_LISTED = 16
"""Parts of a candidate, the busiest, and as many of those without groups of their own."""
TRACE_POINTS = 20
"""Of the evidence before the onset, from there to the alarm, and after it: what a picture can show."""
DIGITS = 4
"""Of logarithms and shares that people read."""
REMEMBERED = 32
"""Values of a field that are kept apart, commands that a replay may bring again: what people do or see in a month."""

# --------------------------------------------------------------------------------------------------------------- facts

PRICED_ROWS = 20
"""Rows that a unit price is fitted to: five for each of up to four kinds of tokens; one of them may be off."""
IN_A_ROW = 3
"""So many facts are a change; one or two may be a correction or a stray route."""
OFF_PRICE, ROUNDINGS = 0.01, 2.0
"""A cost is another price's where it is off by over one percent and two units of the last digit that bills show."""
COST_DIGITS = 12
"""Decimals of a cost that are looked at for its rounding."""
ARRIVALS = 2
"""Where so many new values came within a month, the next one is no news: fingerprints rotate weekly. A month, because
the budget of false alarms counts in months.
"""
