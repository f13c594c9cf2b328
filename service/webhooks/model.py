"""Webhooks and deliveries as values: what is typed comes in, values to keep, a body and its signature go out."""

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from service import clock
from service.cases.life import Act
from service.cases.model import Case, Event
from service.errors import InputError
from service.settings import Network

MOST_ATTEMPTS = 12
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a unit is told of these acts, in the cases that it sees."""

    id: str
    unit_id: str
    url: str
    secret: str
    acts: tuple[Act, ...]
    made_at: str
    disabled_at: str | None = None

    @property
    def enabled(self) -> bool:
        """Whether anything is sent."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to be sent, and how that went. `next_at` is None once it was taken or given up."""

    id: str
    webhook_id: str
    body: str
    made_at: str
    attempts: int
    next_at: str | None
    delivered_at: str | None
    failure: str

    @property
    def state(self) -> str:
        """In a word."""
        if self.delivered_at:
            return "已送达"
        return "等待发送" if self.next_at else "已放弃"


def body_of(identity: str, case: Case, event: Event, unit: str) -> str:
    """What is sent of an event, as JSON: nothing that names a person or tells what happened to them."""
    told = {
        "id": identity,
        "case": case.number,
        "act": event.act.value,
        "colour": case.colour,
        "state": case.state.value,
        "unit": unit,
        "at": event.at,
        "link": f"/cases/{case.id}",
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """sha256=HMAC-SHA256, in hexadecimal, over timestamp, a dot and the body."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + min(_FIRST_PAUSE * (1 << (attempts - 1)), _LONGEST_PAUSE)


def allowed(address: str, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in networks if network.version == parsed.version)


def check_url(typed: str) -> str:
    """The address to keep; raises InputError. Where it leads is looked at whenever something is sent."""
    url = typed.strip()
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise InputError(f"网址最多 {_LONGEST} 个字符，不能有空格、汉字")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise InputError("网址要写成 http://10.1.2.3:8080/通知的路径 这样")
    if parts.username or parts.password or parts.fragment:
        raise InputError("网址里不能有用户名、密码和 #")
    return url


def check_acts(typed: Iterable[str]) -> tuple[Act, ...]:
    """Which acts are told, at least one; raises InputError."""
    wanted = set(typed)
    if unknown := wanted - set(Act):
        raise InputError(f"没有“{min(unknown)}”这种轨迹。可选：{'、'.join(Act)}")
    if not wanted:
        raise InputError("请至少选一种要通知的轨迹")
    return tuple(act for act in Act if act in wanted)


def stamp_of(moment: datetime | None) -> str | None:
    """As it is stored."""
    return clock.stamp(moment) if moment else None
