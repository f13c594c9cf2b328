"""What happened to cases comes out of the outbox; notices for people, deliveries for messengers go out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from service import clock
from service.cases.command import level_of
from service.cases.life import Act
from service.cases.model import Case, Event
from service.schedule import store
from service.schedule.audience import OF_LEVEL, Audience, People, Reached, people_of, reached
from service.schedule.owed import holder
from service.storage.database import Database
from service.timing.policy import Policy
from service.units.store import all_units
from service.units.tree import Tree
from service.webhooks.store import queue

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Telling:
    """The outbox of a database."""

    database: Database
    policy: Policy
    now: Callable[[], datetime] = clock.now

    def tell(self) -> int:
        """Everything that waits; how much it was. Notices and the mark that it is told are one transaction."""
        count = 0
        while some := self._some():
            count += some
        return count

    def _some(self) -> int:
        with self.database.write() as connection:
            rows = store.waiting(connection, _AT_ONCE)
            if not rows:
                return 0
            people = people_of(connection, Tree(all_units(connection)))
            stamp = clock.stamp(self.now())
            for row in rows:
                self._notify(connection, row.case, row.event, people, stamp)
                queue(connection, row.id, row.case, row.event, people.tree, stamp)
            store.told(connection, [row.id for row in rows], stamp)
            return len(rows)

    def _notify(self, connection: Connection, case: Case, event: Event, people: People, stamp: str) -> None:
        words = f"档案 {case.number}（{case.colour}）：{said(event)}"
        told = dict.fromkeys(
            one for audience, unit in whom(case, event, self.policy) for one in reached(audience, unit, people)
        )
        if event.act is Act.SHARE:
            told[Reached(event.changes["guests"][-1], "")] = None
        seen: set[str] = set()
        for one in told:
            # Nobody is told of their own doing, nor twice for two reasons.
            if one.account_id and one.account_id in (*seen, event.actor_id):
                continue
            seen.add(one.account_id)
            new = store.Notice(one.account_id, one.unit_id, case.id, event.act.value, words, stamp)
            store.add_notices(connection, [new])


def whom(case: Case, event: Event, policy: Policy) -> Iterator[tuple[Audience, str]]:
    """Whom an event concerns, and of which unit."""
    turn, centre = holder(case), case.centre_id or case.station_id
    match event.act:
        case Act.TRANSFER | Act.RECUR | Act.RETURN | Act.RESOLVE | Act.END:
            yield Audience.CENTRE, centre
        case Act.DISPATCH:
            for unit in (event.changes["lead_id"], *event.changes["co_ids"]):
                yield Audience.MEMBERS, unit
        case Act.COMMENT:
            for unit in event.detail["提到"]:
                yield Audience.MEMBERS, unit
        case Act.MISS:
            yield Audience.HEAD, turn
        case Act.CHASE:
            steps = level_of(policy, case.colour).steps
            step = steps[min(event.detail["层级"], len(steps)) - 1]
            yield OF_LEVEL[step.tells], turn
        case Act.ESCALATE | Act.ASK_LOWER | Act.CRIMINAL:
            yield Audience.CENTRE, centre
            yield Audience.LEADER, centre
        case Act.AGREE_LOWER | Act.REFUSE_LOWER | Act.RAISE | Act.JOIN | Act.EXTEND | Act.REVIEW:
            yield Audience.HEAD, turn
        case _:
            return


def said(event: Event) -> str:
    """What happened, without a word that could name a person."""
    match event.act:
        case Act.CHASE:
            return f"{event.detail['事项']}已经逾期，请尽快办理（第 {event.detail['层级']} 级催办）"
        case Act.MISS:
            return f"{event.detail['日期']} 的{event.detail['漏报']}没有做，预警颜色按规定调高"
        case Act.DISPATCH:
            return "分派到您的单位，请签收"
        case Act.RETURN:
            return f"被退回（{event.detail['原因']}，第 {event.detail['第几次']} 次）"
        case Act.COMMENT:
            return "有留言提到了您的单位"
        case Act.TRANSFER:
            return "流转到矛调中心，请分派"
        case Act.RECUR:
            return "又有新警情，再次激发"
        case Act.SHARE:
            return "共享给您，请查看"
        case Act.ASK_LOWER:
            return "有人请求调低预警颜色，等另一人答复"
        case act:
            return f"有新的轨迹：{act.value}"
