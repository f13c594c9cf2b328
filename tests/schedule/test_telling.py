"""Who is told of what, in the page and by webhook; the inbox of a stand-in."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from sqlalchemy import insert

from rules import Ruleset
from service import clock
from service.accounts.model import Account, Actor, Role
from service.accounts.store import add_account
from service.cases.actions import Cases
from service.cases.handing_over import Accept, Dispatch, Return
from service.cases.handling import Report
from service.cases.life import Act
from service.cases.model import Case
from service.cases.sharing import Comment
from service.errors import ForbiddenError, InputError, NotFoundError
from service.incidents.model import Party, PartyRole, Registration
from service.schedule.inbox import Inbox
from service.schedule.lists import Lists
from service.schedule.owed import Given
from service.schedule.telling import Telling
from service.schedule.ticking import Ticking
from service.settings import INTRANET, Settings
from service.storage.database import Database
from service.storage.tables import membership, stand_in
from service.units.model import Post
from service.units.sight import sight
from service.units.tree import Tree
from service.webhooks.actions import Webhooks
from service.webhooks.model import MOST_ATTEMPTS, allowed, check_url, next_attempt, signature
from service.webhooks.sending import SendError, send
from tests.cases.town import AUDITOR, MONDAY, UNITS, Clock, incident, town

_PEOPLE = (
    ("officer", "station", Role.DUTY, Post.MEMBER),
    ("centre", "centre", Role.CENTRE, Post.MEMBER),
    ("head", "women", Role.HANDLER, Post.HEAD),
    ("handler", "women", Role.HANDLER, Post.MEMBER),
    ("village", "village", Role.HANDLER, Post.MEMBER),
    ("leader", "street", Role.LEADER, Post.LEADER),
    ("admin", "street", Role.ADMIN, Post.MEMBER),
)
IDS = {login: f"00000000-0000-4000-8000-{number:012}" for number, (login, *_) in enumerate(_PEOPLE, 1)}
_NAMED = Registration(parties=(Party(PartyRole.CALLER, "王小满", "13800000001"),), place="桥头社区3幢201室")


def someone(login: str) -> Actor:
    _, unit, role, _ = next(one for one in _PEOPLE if one[0] == login)
    seen = sight(Tree(UNITS), frozenset({role}), unit, ())
    roles = frozenset({role})
    return Actor(IDS[login], login, login, roles, "会话", False, "", seen.unit_id, seen.acts_for, seen.sees)


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def cases(database: Database, time: Clock) -> Cases:
    """The town with people in their posts."""
    opened = town(database, time)
    with database.write() as connection:
        for login, unit, role, post in _PEOPLE:
            add_account(connection, Account(IDS[login], login, login, frozenset({role}), clock.stamp(MONDAY)), "")
            connection.execute(insert(membership).values(account_id=IDS[login], unit_id=unit, post=post.value))
    return opened


@pytest.fixture
def dispatched(cases: Cases, ruleset: Ruleset) -> Callable[..., Case]:
    def begun(colour: str = "红") -> Case:
        case = cases.open(someone("officer"), incident(cases.database, ruleset, colour=colour), _NAMED)
        cases.transfer(someone("officer"), case.id)
        return cases.do(someone("centre"), case.id, Dispatch("women", ("village",)))

    return begun


def tell(cases: Cases) -> int:
    return Telling(cases.database, cases.policy, cases.now).tell()


def kinds(cases: Cases, login: str) -> list[str]:
    return sorted(one.kind for one in Inbox(cases.database, cases.now).notices(someone(login)))


def test_a_transfer_reaches_the_centre_and_a_dispatch_every_unit_that_takes_part(
    cases: Cases, dispatched: Callable[..., Case]
) -> None:
    dispatched()
    assert tell(cases) == 3
    assert [kinds(cases, login) for login in ("centre", "head", "handler", "village", "leader")] == [
        ["流转"],
        ["分派"],
        ["分派"],
        ["分派"],
        [],
    ]


def test_telling_again_tells_nothing_new(cases: Cases, dispatched: Callable[..., Case]) -> None:
    dispatched()
    tell(cases)
    assert tell(cases) == 0
    assert kinds(cases, "head") == ["分派"]


def test_a_return_reaches_the_centre_with_its_code(cases: Cases, dispatched: Callable[..., Case]) -> None:
    case = dispatched()
    cases.do(someone("handler"), case.id, Return("不属本部门职责", "王小满不归我们管"))
    tell(cases)
    words = [one.words for one in Inbox(cases.database, cases.now).notices(someone("centre")) if one.kind == "退回"]
    assert words == [f"档案 {case.number}（红）：被退回（不属本部门职责，第 1 次）"]


def test_who_is_mentioned_is_told_but_not_of_their_own_words(cases: Cases, dispatched: Callable[..., Case]) -> None:
    case = dispatched()
    cases.do(someone("handler"), case.id, Comment("请看一下", ("village", "women")))
    tell(cases)
    assert "留言" in kinds(cases, "village")
    assert "留言" in kinds(cases, "head")
    assert "留言" not in kinds(cases, "handler")


def test_each_level_of_chasing_reaches_other_people(cases: Cases, dispatched: Callable[..., Case], time: Clock) -> None:
    dispatched()
    reached = []
    for hours in (3, 4, 26):
        time.at = MONDAY + timedelta(hours=hours)
        Ticking(cases).look()
        tell(cases)
        reached.append(sorted(login for login in IDS if "催办" in kinds(cases, login)))
    assert reached == [["head"], ["centre", "head"], ["centre", "head", "leader"]]


def test_a_missed_report_reaches_the_head_of_the_lead(
    cases: Cases, dispatched: Callable[..., Case], time: Clock
) -> None:
    case = dispatched("黄")
    cases.do(someone("handler"), case.id, Accept())
    time.at = MONDAY + timedelta(days=1, hours=9)
    Ticking(cases).look()
    tell(cases)
    assert "漏报" in kinds(cases, "head")
    assert "漏报" not in kinds(cases, "handler")


def test_a_week_s_end_reminds_each_unit_and_the_centre_once(
    cases: Cases, dispatched: Callable[..., Case], time: Clock
) -> None:
    dispatched()
    time.at = MONDAY + timedelta(days=4, hours=7)
    Ticking(cases).look()
    Ticking(cases).look()
    inbox = Inbox(cases.database, cases.now)
    told = {login: [one.words for one in inbox.notices(someone(login)) if one.kind == "周结"] for login in IDS}
    assert told["head"] == ["周结 2026-W10：本单位还有 1 件没有真正办结（红 1 件）"]
    assert told["centre"] == ["周结 2026-W10：全镇街还有 1 件没有真正办结（红 1 件）"]
    assert told["village"] == []


def test_reading_marks_only_one_s_own(cases: Cases, dispatched: Callable[..., Case]) -> None:
    dispatched()
    tell(cases)
    inbox = Inbox(cases.database, cases.now)
    (mine,) = inbox.notices(someone("head"))
    with pytest.raises(NotFoundError):
        inbox.read(someone("village"), mine.id)
    assert inbox.unread(someone("head")) == 1
    assert inbox.read(someone("head"), mine.id) == 1
    assert [inbox.unread(someone(login)) for login in ("head", "handler")] == [0, 1]
    assert inbox.notices(someone("head"), unread=True) == []


def test_a_stand_in_reads_for_whoever_is_absent_on_these_days_only(
    cases: Cases, dispatched: Callable[..., Case], time: Clock
) -> None:
    dispatched()
    tell(cases)
    with cases.database.write() as connection:
        values = {"id": "s", "account_id": IDS["head"], "stand_in_id": IDS["leader"], "made_at": ""}
        connection.execute(insert(stand_in).values(**values, first_day="2026-03-02", last_day="2026-03-03"))
    inbox = Inbox(cases.database, cases.now)
    assert inbox.unread(someone("leader")) == 1
    time.at = MONDAY + timedelta(days=2)
    assert inbox.unread(someone("leader")) == 0


def test_what_a_unit_without_people_is_told_waits_for_whoever_comes(
    cases: Cases, ruleset: Ruleset, database: Database
) -> None:
    case = cases.open(someone("officer"), incident(database, ruleset), _NAMED)
    cases.transfer(someone("officer"), case.id)
    cases.do(someone("centre"), case.id, Dispatch("justice"))
    tell(cases)
    newcomer = Actor("new", "new", "新", frozenset({Role.HANDLER}), "会话", acts_for=frozenset({"justice"}))
    assert [one.kind for one in Inbox(database, cases.now).notices(newcomer)] == ["分派"]


def test_the_daily_list_tells_given_late_and_missing(
    cases: Cases, dispatched: Callable[..., Case], time: Clock
) -> None:
    in_time, late, never = (dispatched("黄") for _ in range(3))
    for case in (in_time, late, never):
        cases.do(someone("handler"), case.id, Accept())
    lists = Lists(cases.database, cases.policy, time)
    day = (MONDAY + timedelta(days=1)).date()
    assert lists.daily(someone("centre"), MONDAY.date()).units == ()
    time.at = MONDAY + timedelta(days=1)
    cases.do(someone("handler"), in_time.id, Report("已见面"))
    (unit,) = lists.daily(someone("centre"), day).units
    assert [one.given for one in unit.owed] == [Given.WAITING, Given.WAITING, Given.ON_TIME]
    time.at += timedelta(hours=8, minutes=5)
    Ticking(cases).look()
    time.at += timedelta(minutes=5)
    cases.do(someone("handler"), late.id, Report("刚见面"))
    (unit,) = lists.daily(someone("centre"), day).units
    assert {one.case.number: one.given for one in unit.owed} == {
        never.number: Given.MISSING,
        late.number: Given.LATE,
        in_time.number: Given.ON_TIME,
    }
    time.at += timedelta(days=3)
    assert lists.daily(someone("centre"), day).units == (unit,), "a past day stays as it was"
    assert lists.weekly(someone("centre"), day).units[0].weeks[-1].owed >= 3


@pytest.mark.parametrize(
    ("login", "expected"), [("head", ["柳塘妇联"]), ("village", []), ("leader", ["柳塘妇联"]), ("centre", ["柳塘妇联"])]
)
def test_each_sees_the_lists_of_their_own_units_only(
    cases: Cases, dispatched: Callable[..., Case], time: Clock, login: str, expected: list[str]
) -> None:
    case = dispatched("黄")
    cases.do(someone("handler"), case.id, Accept())
    time.at = MONDAY + timedelta(days=1)
    lists = Lists(cases.database, cases.policy, time)
    assert [one.name for one in lists.daily(someone(login), time.at.date()).units] == expected
    assert [one.name for one in lists.weekly(someone(login), time.at.date()).units] == expected
    assert len(lists.daily(AUDITOR, time.at.date()).units) == 1
    with pytest.raises(ForbiddenError):
        lists.daily(someone("admin"), time.at.date())


class Receiver:
    """A messenger on the loopback address that answers with `status` and keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.location, self.taken = 200, "", list[tuple[dict[str, str], bytes]]()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/notify?a=1"

    def __enter__(self) -> "Receiver":
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


def hooks_of(cases: Cases) -> Webhooks:
    return Webhooks(cases.database, INTRANET, cases.now)


def test_a_webhook_gets_each_event_signed_and_without_personal_data(
    cases: Cases, dispatched: Callable[..., Case], receiver: Receiver
) -> None:
    hooks = hooks_of(cases)
    made = hooks.add(someone("admin"), "women", receiver.url, [Act.DISPATCH.value])
    case = dispatched()
    tell(cases)
    assert hooks.deliver() == 1
    ((headers, body),) = receiver.taken
    assert headers["x-tongban-signature"] == signature(made.secret, headers["x-tongban-timestamp"], body)
    assert set(json.loads(body)) == {"id", "case", "act", "colour", "state", "unit", "at", "link"}
    assert case.number in body.decode()
    assert not any(secret in body.decode() for secret in ("王小满", "1380", "201", "夫妻"))
    assert hooks.deliver() == 0


def test_a_unit_s_webhook_is_not_told_of_what_the_unit_does_not_see(
    cases: Cases, dispatched: Callable[..., Case], receiver: Receiver
) -> None:
    hooks = hooks_of(cases)
    for unit in ("justice", "elsewhere"):
        hooks.add(someone("admin"), unit, receiver.url, [Act.DISPATCH.value])
    dispatched()
    tell(cases)
    assert hooks.deliver() == 0


def test_what_was_not_taken_is_tried_again_ever_later_and_given_up_visibly(
    cases: Cases, dispatched: Callable[..., Case], receiver: Receiver, time: Clock
) -> None:
    hooks = hooks_of(cases)
    made = hooks.add(someone("admin"), "women", receiver.url, [Act.DISPATCH.value])
    dispatched()
    tell(cases)
    receiver.status = 503
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert hooks.deliver() == 0
        assert len(receiver.taken) == attempt
        assert hooks.deliver() == 0
        assert len(receiver.taken) == attempt, "not before its time"
        time.at += timedelta(hours=6, minutes=1)
    shown, (gone,) = hooks.find(someone("admin"), made.id)
    assert (shown.waiting, shown.given_up, gone.state, gone.failure) == (0, 1, "已放弃", "对方应答 503")
    assert "外发通知" in kinds(cases, "admin")
    receiver.status = 204
    assert hooks.again(someone("admin"), made.id) == 1
    assert hooks.deliver() == 1


def test_a_sender_that_died_is_followed_by_another(
    cases: Cases, dispatched: Callable[..., Case], receiver: Receiver, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = hooks_of(cases)
    hooks.add(someone("admin"), "women", receiver.url, [Act.DISPATCH.value])
    dispatched()
    tell(cases)

    def dying(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("service.webhooks.actions.send", dying)
        with pytest.raises(KeyboardInterrupt):
            hooks.deliver()
    assert hooks.deliver() == 0
    time.at += timedelta(minutes=2)
    assert hooks.deliver() == 1


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    receiver.status, receiver.location = 302, receiver.url
    with pytest.raises(SendError, match="302"):
        send(receiver.url, b"{}", {}, INTRANET)
    assert len(receiver.taken) == 1


@pytest.mark.parametrize(
    "host", ["203.0.113.5", "8.8.8.8", "169.254.169.254", "0.0.0.1", "[2001:db8::1]", "[::ffff:8.8.8.8]", "[fe80::1]"]
)
def test_nothing_leaves_the_intranet(host: str) -> None:
    with pytest.raises(SendError, match="不在内网"):
        send(f"http://{host}:9/", b"{}", {}, INTRANET)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "::1", "fd00::1"])
def test_loopback_and_private_addresses_are_the_intranet(address: str) -> None:
    assert allowed(address, INTRANET)


def test_a_setting_names_what_else_may_be_reached() -> None:
    reachable = Settings(webhook_networks="203.0.113.0/24").reachable
    assert allowed("203.0.113.5", reachable)
    assert not allowed("203.0.114.5", reachable)


@pytest.mark.parametrize(
    "url", ["", "ftp://10.0.0.1/", "http://", "http://a:b@10.0.0.1/", "http://10.0.0.1:x/", "http://十/"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        check_url(url)


def test_pauses_grow_to_a_limit() -> None:
    pauses = [next_attempt(tries, MONDAY) for tries in range(1, MOST_ATTEMPTS)]
    spans = [one - MONDAY for one in pauses if one]
    assert spans == sorted(spans)
    assert spans[0] == timedelta(minutes=1)
    assert spans[-1] == timedelta(hours=6)
    assert next_attempt(MOST_ATTEMPTS, MONDAY) is None


def test_only_an_administrator_manages_webhooks(cases: Cases) -> None:
    hooks = hooks_of(cases)
    for act in (lambda: hooks.all(someone("leader")), lambda: hooks.add(someone("centre"), "women", "", [])):
        with pytest.raises(ForbiddenError):
            act()


def test_a_disabled_webhook_sends_nothing_until_it_is_enabled(
    cases: Cases, dispatched: Callable[..., Case], receiver: Receiver, database: Database
) -> None:
    hooks = hooks_of(cases)
    made = hooks.add(someone("admin"), "women", receiver.url, [Act.DISPATCH.value])
    dispatched()
    tell(cases)
    hooks.change(someone("admin"), made.id, enabled=False)
    assert hooks.deliver() == 0
    hooks.change(someone("admin"), made.id, enabled=True)
    assert hooks.deliver() == 1
