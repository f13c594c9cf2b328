"""What a messenger of a unit is sent, how often it is tried again, and what may be reached at all."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from service.cases.actions import Cases
from service.cases.life import Act
from service.cases.model import Case
from service.errors import ForbiddenError, InputError
from service.settings import INTRANET, Settings
from service.storage.database import Database
from service.webhooks.actions import Webhooks
from service.webhooks.model import MOST_ATTEMPTS, allowed, check_url, next_attempt, signature
from service.webhooks.sending import SendError, send
from tests.cases.town import MONDAY, Clock
from tests.schedule import staffed
from tests.schedule.staffed import kinds, someone, tell

cases, dispatched, time = staffed.cases, staffed.dispatched, staffed.time


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
