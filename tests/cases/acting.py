"""People of the town who act on its cases at random, in a process that may be killed at any moment; and what must
hold of the cases afterwards, whatever happened to whoever acted.
"""

import os
import random
import threading
from pathlib import Path

from sqlalchemy import select

from service.accounts.model import Actor
from service.audit.actions import Trail
from service.cases import store
from service.cases.actions import Cases
from service.cases.command import Command
from service.cases.handing_over import Accept, Dispatch, Leave, Return, Transfer
from service.cases.handling import Archive, Pause, Report, Resolve, Resume, Visit
from service.cases.life import Act
from service.cases.model import Case, after
from service.cases.sharing import Attach, Comment, Share, Unshare
from service.cases.stance import MACHINE
from service.cases.warning import AskLower, Escalate, Raise, Review
from service.errors import TongbanError
from service.incidents.model import Registration
from service.storage.database import Database
from service.storage.tables.cases import attachment, case_event, case_file, case_guest, case_incident, case_unit, outbox
from tests.cases.town import CENTRE, JUSTICE, LEADER, OFFICER, VILLAGE, VOLUNTEER, WOMEN, policy

ACTORS = (OFFICER, CENTRE, WOMEN, JUSTICE, VILLAGE, LEADER)
_THREADS = 3


def _tried(chance: random.Random) -> Command:
    lead, other = chance.sample(("women", "justice", "village"), 2)
    digest = f"{chance.getrandbits(256):064x}"
    return chance.choice(
        (
            Transfer("centre"),
            Dispatch(lead, (other,)),
            Accept(),
            Return("事实不清", "双方说法不一"),
            Report("已上门"),
            Resolve("口头协议", "握手言和"),
            Visit(chance.choice(("稳定", "有反复")), "去看过"),
            Archive(),
            Pause("等鉴定"),
            Resume(),
            Comment("请看"),
            Attach(str(chance.getrandbits(64)), "协议.pdf", "application/pdf", 9, digest),
            Share(VOLUNTEER.account_id, VOLUNTEER.name),
            Unshare(VOLUNTEER.account_id, VOLUNTEER.name),
            Raise(chance.choice(("红", "黄")), "又吵起来了"),
            Review("蓝", "平静了"),
            AskLower("蓝", "平静了"),
            Escalate("请领导定"),
        )
    )


def act_at_random(url: str, log: Path, seed: int, suggestions: list[str]) -> None:
    """Act until killed; a line in `log` is an event that somebody was told of: case and number.

    `suggestions` are incidents for new cases and to be joined to old ones.
    """
    cases = Cases(Database(url), policy())
    told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def go_on(number: int) -> None:
        chance = random.Random(seed * 100 + number)  # noqa: S311 - deeds of a test, no secret
        while True:
            try:
                done = _once(cases, chance, suggestions)
            except TongbanError:
                continue
            os.write(told, f"{done.id} {done.version}\n".encode())

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _once(cases: Cases, chance: random.Random, suggestions: list[str]) -> Case:
    with cases.database.read() as connection:
        known = list(connection.execute(select(case_file.c.id)).scalars())
    actor: Actor = chance.choice(ACTORS)
    if not known or chance.random() < 0.05:
        return cases.open(OFFICER, chance.choice(suggestions), Registration(place="桥头社区"))
    case_id = chance.choice(known)
    if chance.random() < 0.05:
        return cases.join(OFFICER, case_id, chance.choice(suggestions), Registration())
    if chance.random() < 0.05:
        return cases.do(actor, case_id, Leave(cases.find(MACHINE, case_id).case.incidents[-1], "不是一回事"))
    return cases.do(actor, case_id, _tried(chance))


def check_all(database: Database) -> int:
    """Everything that is written with an event is there, once, for each of them; how many events there are."""
    trail = Trail(database)
    assert trail.verify().fault is None
    tally = trail.verify_cases()  # each case is what its events say, and each event stands in the audit chain
    assert tally.faults == ()
    assert trail.verify().count == tally.events
    with database.read() as connection:
        events = set(connection.execute(select(case_event.c.case_id, case_event.c.seq)).all())
        assert sorted(connection.execute(select(outbox.c.case_id, outbox.c.seq)).all()) == sorted(events)
        kept = {
            table.name: sorted(map(tuple, connection.execute(select(table.c.case_id, table.c[column]))))
            for table, column in (
                (case_unit, "unit_id"),
                (case_guest, "account_id"),
                (case_incident, "incident_id"),
                (attachment, "id"),
            )
        }
        owed: dict[str, set[tuple[str, str]]] = {name: set() for name in kept}
        for case_id in {case_id for case_id, _ in events}:
            case = Case(case_id)
            for event in store.events_of(connection, case_id):
                case = after(case, event)
                owed["case_unit"] |= {(case_id, unit) for unit in case.units}
                if event.act is Act.ATTACH:
                    owed["attachment"].add((case_id, event.detail["附件"]))
            owed["case_guest"] |= {(case_id, guest) for guest in case.guests}
            owed["case_incident"] |= {(case_id, one) for one in case.incidents}
    assert kept == {name: sorted(rows) for name, rows in owed.items()}
    return tally.events
