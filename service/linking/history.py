"""Earlier incidents of a dispute come in; its history as known at a moment goes out, by the rule set's names of facts.

Nothing at or after the moment counts, so that a back-test sees what the officer could have seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

REPEATS = {days: f"近{days}天重复次数" for days in (7, 30, 90, 180)}
SINCE_LAST, FAILED_MEDIATIONS = "距上次天数", "调解失败次数"
# As far as the rule set's declarations reach. A dispute without a past keeps its default, which is the last day.
MOST_REPEATS, MOST_DAYS, MOST_FAILED = 9999, 9999, 99


@dataclass(frozen=True, slots=True)
class Earlier:
    """An incident linked to the one in question: when it was, its case, and when mediation of that case failed."""

    at: datetime
    case: str
    failed_mediations: tuple[datetime, ...] = ()


def history_facts(moment: datetime, linked: Iterable[Earlier]) -> dict[str, int]:
    """Counts before `moment`, the incident's own time; 距上次天数 in whole days, absent where nothing came before.

    Several incidents of one case may name the same failed mediation: it counts once. All times bear a time zone;
    raises TypeError where some do and some don't.
    """
    known = list(linked)
    before = [earlier.at for earlier in known if earlier.at < moment]
    failed = {(one.case, at) for one in known if one.at < moment for at in one.failed_mediations if at < moment}
    facts = {
        name: min(MOST_REPEATS, sum(moment - at <= timedelta(days=days) for at in before))
        for days, name in REPEATS.items()
    }
    if before:
        facts[SINCE_LAST] = min(MOST_DAYS, (moment - max(before)).days)
    return facts | {FAILED_MEDIATIONS: min(MOST_FAILED, len(failed))}
