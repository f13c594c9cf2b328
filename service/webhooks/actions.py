"""What can be done with webhooks: set up, change, and send what is due. Recorded in the audit log."""

import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from service import clock
from service.accounts.model import Actor, Role, as_identity
from service.accounts.store import all_accounts
from service.audit.model import Action
from service.audit.store import record
from service.errors import InputError, NotFoundError
from service.schedule.store import Notice, add_notices
from service.settings import INTRANET, Network
from service.storage.database import Database
from service.units.store import all_units
from service.webhooks import store
from service.webhooks.model import (
    Delivery,
    Webhook,
    check_acts,
    check_url,
    next_attempt,
    signature,
    stamp_of,
)
from service.webhooks.sending import SendError, send

# Longer than an attempt may last.
_LEASE = timedelta(minutes=1)
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A webhook as 管理员 sees it: its unit's name, how many deliveries wait and were given up."""

    webhook: Webhook
    unit: str
    waiting: int
    given_up: int


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The webhooks in a database. Whatever is asked for by an actor raises ForbiddenError unless they are 管理员."""

    database: Database
    networks: tuple[Network, ...] = INTRANET
    now: Callable[[], datetime] = clock.now

    def all(self, actor: Actor) -> list[Shown]:
        """Every webhook."""
        actor.require(Role.ADMIN)
        with self.database.read() as connection:
            return _shown(connection)

    def find(self, actor: Actor, identity: str) -> tuple[Shown, list[Delivery]]:
        """One with its latest deliveries; raises NotFoundError."""
        actor.require(Role.ADMIN)
        with self.database.read() as connection:
            known = _known(connection, identity)
            return known, store.recent(connection, known.webhook.id, _SHOWN)

    def add(self, actor: Actor, unit_id: str, url: str, acts: Iterable[str]) -> Webhook:
        """A new one with a secret of its own, which is shown this once; raises InputError."""
        actor.require(Role.ADMIN)
        new = Webhook(
            id=str(uuid.uuid4()),
            unit_id=unit_id,
            url=check_url(url),
            secret=secrets.token_urlsafe(32),
            acts=check_acts(acts),
            made_at=clock.stamp(self.now()),
        )
        with self.database.write() as connection:
            units = {one.id: one for one in all_units(connection) if one.enabled}
            if unit_id not in units:
                raise InputError("请选单位")
            store.add_webhook(connection, new)
            record(connection, actor, Action.WEBHOOK_ADDED, f"单位 {units[unit_id].name}", _said(new))
        return new

    def change(
        self,
        actor: Actor,
        identity: str,
        *,
        url: str | None = None,
        acts: Iterable[str] | None = None,
        enabled: bool | None = None,
    ) -> Webhook:
        """Change what is given; raises NotFoundError and InputError. What waits while it is disabled is sent later."""
        actor.require(Role.ADMIN)
        with self.database.write() as connection:
            known = _known(connection, identity)
            before = known.webhook
            after = replace(
                before,
                url=before.url if url is None else check_url(url),
                acts=before.acts if acts is None else check_acts(acts),
            )
            if enabled and not before.secret:
                raise InputError("它的签名密钥没有随备份恢复，不能启用；请新建一个")
            if enabled is not None and enabled != before.enabled:
                after = replace(after, disabled_at=None if enabled else clock.stamp(self.now()))
            if after != before:
                store.change_webhook(connection, after)
                was, now = _said(before), _said(after)
                detail = {part: {"原": was[part], "现": now[part]} for part in now if was[part] != now[part]}
                record(connection, actor, Action.WEBHOOK_CHANGED, f"单位 {known.unit}", detail)
        return after

    def again(self, actor: Actor, identity: str) -> int:
        """Send once more whatever was given up; how much that is."""
        actor.require(Role.ADMIN)
        with self.database.write() as connection:
            known = _known(connection, identity)
            count = store.again(connection, known.webhook.id, clock.stamp(self.now()))
            record(connection, actor, Action.WEBHOOK_CHANGED, f"单位 {known.unit}", {"重新发送": count})
        return count

    def deliver(self) -> int:
        """Try everything that is due once; how much was taken by the other side."""
        delivered, began = 0, self.now()
        while True:
            with self.database.write() as connection:
                taken = store.take_due(connection, began, _LEASE)
            if taken is None:
                return delivered
            delivered += self._attempt(*taken)

    def _attempt(self, one: Delivery, hook: Webhook) -> bool:
        body, timestamp = one.body.encode(), clock.stamp(self.now())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Tongban-Delivery": one.id,
            "X-Tongban-Timestamp": timestamp,
            "X-Tongban-Signature": signature(hook.secret, timestamp, body),
        }
        failure, again_at = "", None
        try:
            send(hook.url, body, headers, self.networks)
        except SendError as error:
            failure, again_at = str(error), next_attempt(one.attempts, self.now())
        done = clock.stamp(self.now())
        with self.database.write() as connection:
            delivered_at = None if failure else done
            store.tried(connection, one.id, next_at=stamp_of(again_at), delivered_at=delivered_at, failure=failure)
            if failure and again_at is None:
                words = f"外发通知 {hook.url} 试了 {one.attempts} 次都没有送到，已放弃：{failure}"
                admins = [who for who in all_accounts(connection) if who.enabled and Role.ADMIN in who.roles]
                add_notices(connection, [Notice(who.id, hook.unit_id, "", "外发通知", words, done) for who in admins])
        return not failure


def _shown(connection: Connection) -> list[Shown]:
    names = {one.id: one.name for one in all_units(connection)}
    counts = store.counts(connection)
    return [Shown(one, names[one.unit_id], *counts.get(one.id, (0, 0))) for one in store.webhooks(connection)]


def _known(connection: Connection, identity: str) -> Shown:
    for one in _shown(connection):
        if one.webhook.id == as_identity(identity):
            return one
    raise NotFoundError("没有这项外发通知")


def _said(one: Webhook) -> dict[str, str]:
    return {"网址": one.url, "轨迹": "、".join(one.acts), "状态": "启用" if one.enabled else "停用"}
