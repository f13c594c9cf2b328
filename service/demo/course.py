"""How one dispute runs: a generator that gives the moment of the next step, and takes it when it is gone on with."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from service import clock
from service.accounts.model import Actor
from service.cases.handing_over import Accept, Dispatch, Keep, Return
from service.cases.handling import Archive, Criminal, End, Pause, Report, Resolve, Resume, Visit
from service.cases.life import OPEN, State
from service.cases.model import Case, Outcome, Resolution, ReturnCode
from service.cases.sharing import Comment, Share
from service.cases.stance import MACHINE
from service.cases.warning import AnswerLower, AskLower, Chase, Escalate, Miss, Raise, Review
from service.demo import sentences as say
from service.demo.hands import Hands
from service.demo.plan import Dispute, Ending
from service.demo.town import MEDIATION

# Moments, and in the end what became of the case.
Steps = Generator[datetime, None, Case]

_CODES = (ReturnCode.NOT_OURS, ReturnCode.WRONG_AREA, ReturnCode.UNCLEAR, ReturnCode.NEEDS_LEAD)
_MISSED = 0.07  # of the reports that are owed


def course(hands: Hands, dispute: Dispute) -> Iterator[datetime]:
    """From the first call until it is closed, or for as long as the scheduler goes on."""
    random, officer = dispute.random, hands.actors[dispute.random.choice(("minjing1", "minjing2"))]
    yield dispute.begins
    identity = hands.takes(dispute, 0, officer)
    if dispute.ending is Ending.NO_CASE:
        return
    first = hands.registration(dispute)
    case = hands.cases.open(officer, identity, first)
    yield dispute.begins + timedelta(minutes=random.randint(5, 500))
    if dispute.ending is Ending.KEPT and case.colour != hands.cases.policy.colours[0]:
        hands.do(officer, case, Keep("双方当场和好，没有再起的可能。"))
        yield from _looked_at_again(hands, case)
        return
    case = hands.cases.transfer(officer, case.id, "请中心分派，注意双方情绪。")
    for call in range(1, len(dispute.texts) + 1):
        case = yield from _handed_over(hands, dispute, case)
        case = yield from _handled(hands, dispute, case, officer)
        if case.state is not State.RESOLVED:
            return
        case = yield from _visited(hands, dispute, case, officer)
        if call == len(dispute.texts):
            return
        yield hands.watch.at + timedelta(days=random.randint(2, 9), hours=random.randint(0, 8))
        identity = hands.takes(dispute, call, officer)
        known = replace(hands.registration(dispute), linked_alarm=first.alarm_number)
        case = hands.cases.join(officer, case.id, identity, known, reasons=("同一当事人", "同一地址"))


def _handed_over(hands: Hands, dispute: Dispute, case: Case) -> Steps:
    random, centre = dispute.random, hands.actors["zhongxin1"]
    left = dispute.returns if not case.recurrences else 0
    while True:
        yield _office(hands.watch.at + timedelta(minutes=random.randint(20, 400)))
        lead, helpers = hands.lead_for(case, dispute.village)
        if case.state is State.ARBITRATION:
            lead, helpers = hands.units[MEDIATION], (hands.units[dispute.village],)
        case = hands.do(centre, case, Dispatch(lead, helpers, "请尽快联系当事人。"))
        handler = hands.handler(lead)
        wait = timedelta(minutes=random.randint(15, 110))
        if random.random() < 0.1 and case.accept_by:
            # Not taken in time: the machine reminds of it.
            yield max(hands.watch.at, datetime.fromisoformat(case.accept_by)) + timedelta(minutes=30)
            case = hands.do(MACHINE, case, Chase("签收", 1))
        yield hands.watch.at + wait
        if not left:
            return hands.do(handler, case, Accept())
        left -= 1
        case = hands.do(handler, case, Return(random.choice(_CODES), random.choice(say.RETURNED)))


def _handled(hands: Hands, dispute: Dispute, case: Case, officer: Actor) -> Steps:
    random, handler = dispute.random, hands.handler(case.lead_id)
    if random.random() < 0.15:
        guest = hands.actors[random.choice(("zhiyuan1", "zhiyuan2", "tiaojieyuan"))]
        case = hands.do(handler, case, Share(guest.account_id, guest.name))
    for day in range(1, random.randint(3, 14)):
        yield _at(hands.watch.at.date() + timedelta(days=1), 10, random.randint(0, 300))
        case = yield from _day(hands, dispute, case, handler)
        if day == 2 and dispute.ending is Ending.CRIMINAL:
            reason = "当晚一方持械伤人，已构成轻伤，刑事立案。"
            return hands.do(officer, case, Criminal(reason, "演示刑立字第1号"))
    if dispute.ending is Ending.ENDED:
        return hands.do(handler, case, End("双方分歧太大，已书面告知可以起诉。"))
    yield hands.watch.at + timedelta(minutes=random.randint(20, 90))
    how = random.choice(list(Resolution))
    return hands.do(handler, case, Resolve(how, random.choice(say.SETTLED)))


def _day(hands: Hands, dispute: Dispute, case: Case, handler: Actor) -> Steps:
    random, today = dispute.random, hands.watch.at.date()
    case = _reviewed(hands, dispute, case, today)
    if case.report_by and case.report_by <= today.isoformat():
        if random.random() < _MISSED:
            yield _at(today + timedelta(days=1), 0, 5)
            case = hands.do(MACHINE, case, Miss("反馈", today))
        else:
            case = hands.do(handler, case, Report(random.choice(say.REPORTS)))
    elif random.random() < 0.3:
        case = hands.do(handler, case, Report(random.choice(say.REPORTS)))
    yield hands.watch.at + timedelta(minutes=random.randint(5, 40))
    chance = random.random()
    if chance < 0.05:
        case = hands.do(handler, case, Comment(random.choice(say.COMMENTS), (case.centre_id,)))
    elif chance < 0.07:
        case = hands.do(handler, case, Escalate("需要领导出面协调几个部门。"))
    elif chance < 0.09 and hands.cases.policy.raised(case.colour) != case.colour:
        heavier = hands.cases.policy.raised(case.colour)
        case = hands.do(handler, case, Raise(heavier, "当事人又放了狠话，先提一级。"))
    elif chance < 0.11:
        case = hands.do(handler, case, Pause("等待鉴定意见。"))
        yield _at(hands.watch.at.date() + timedelta(days=1), 9, random.randint(0, 50))
        case = hands.do(handler, case, Resume())
    return case


def _reviewed(hands: Hands, dispute: Dispute, case: Case, today: date) -> Case:
    """The centre looks at the colour when it is due: now and then it falls, the heaviest by two persons."""
    if not case.review_by or case.review_by > today.isoformat():
        return case
    colours, centre = hands.cases.policy.colours, hands.actors["zhongxin2"]
    lighter = colours[min(colours.index(case.colour) + 1, len(colours) - 1)]
    if dispute.random.random() < 0.4 and lighter != case.colour:
        if case.colour != colours[0]:
            return hands.do(centre, case, Review(lighter, "连续几天平稳，降一级继续跟进。"))
        case = hands.do(centre, case, AskLower(lighter, "凶器已收缴，双方分开居住，情绪稳定。"))
        return hands.do(hands.actors["lingdao2"], case, AnswerLower(True, "同意，继续每日反馈。"))
    return hands.do(centre, case, Review(case.colour, "看过轨迹，颜色不变。"))


def _visited(hands: Hands, dispute: Dispute, case: Case, officer: Actor) -> Steps:
    random = dispute.random
    yield _at(hands.watch.at.date() + timedelta(days=random.randint(4, 13)), 10, random.randint(0, 300))
    if random.random() < 0.08:
        case = hands.do(officer, case, Visit(Outcome.UNREACHED, "打了三次电话没有人接。"))
        yield _at(hands.watch.at.date() + timedelta(days=3), 10, random.randint(0, 300))
    if random.random() < 0.08:
        handler = hands.handler(case.lead_id)
        case = hands.do(officer, case, Visit(Outcome.AGAIN, random.choice(say.UNSETTLED)))
        for _ in range(3):
            yield _at(hands.watch.at.date() + timedelta(days=1), 10, random.randint(0, 300))
            case = yield from _day(hands, dispute, case, handler)
        case = hands.do(handler, case, Resolve(Resolution.AGREEMENT, random.choice(say.SETTLED)))
        yield _at(hands.watch.at.date() + timedelta(days=7), 10, random.randint(0, 300))
    case = hands.do(officer, case, Visit(Outcome.STABLE, random.choice(say.VISITED)))
    yield hands.watch.at + timedelta(hours=random.randint(2, 30))
    return hands.do(hands.actors["zhongxin2"], case, Archive())


def _looked_at_again(hands: Hands, case: Case) -> Iterator[datetime]:
    """A case that the station keeps is reviewed whenever it is due, and stays closed."""
    while case.state not in OPEN:
        case = hands.cases.find(hands.actors["zhongxin2"], case.id).case if case.centre_id else _read(hands, case)
        if not case.review_by:
            return
        yield _at(date.fromisoformat(case.review_by), 11, 0)
        case = hands.do(hands.actors["lingdao2"], case, Review(case.colour, "问过社区，没有再起争执。"))


def _read(hands: Hands, case: Case) -> Case:
    return hands.cases.find(hands.actors["lingdao2"], case.id).case


def _at(day: date, hour: int, minutes: int) -> datetime:
    return clock.end_of(day - timedelta(days=1)) + timedelta(hours=hour, minutes=minutes)


def _office(moment: datetime) -> datetime:
    """The moment, or the next morning where the centre is closed."""
    if time(8, 30) <= moment.time() <= time(17, 30):
        return moment
    day = moment.date() + timedelta(days=moment.time() > time(17, 30))
    return _at(day, 8, 30 + moment.minute)
