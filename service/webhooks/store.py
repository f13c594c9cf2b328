"""Webhooks and deliveries in the database."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from service import clock
from service.accounts.model import Role
from service.cases.life import Act
from service.cases.model import Case, Event
from service.storage.tables.messages import delivery, webhook
from service.units.sight import sight
from service.units.tree import Tree
from service.webhooks.model import Delivery, Webhook, body_of


def webhooks(connection: Connection) -> list[Webhook]:
    """All, the oldest first."""
    return list(map(_webhook, connection.execute(select(webhook).order_by(webhook.c.made_at, webhook.c.id))))


def add_webhook(connection: Connection, new: Webhook) -> None:
    """Add one."""
    values = {"id": new.id, "unit_id": new.unit_id, "secret": new.secret, "made_at": new.made_at}
    connection.execute(insert(webhook).values(**values, **_changeable(new)))


def change_webhook(connection: Connection, changed: Webhook) -> None:
    """Write what may be changed."""
    connection.execute(update(webhook).where(webhook.c.id == changed.id).values(_changeable(changed)))


def queue(connection: Connection, outbox_id: str, case: Case, event: Event, tree: Tree, now: str) -> None:
    """What is to be sent of an event, in the transaction that marks it as told."""
    for one in webhooks(connection):
        if not one.enabled or event.act not in one.acts or one.unit_id not in tree.units:
            continue
        # A messenger is told of the cases that the people of its unit see.
        if sight(tree, frozenset({Role.HANDLER}), one.unit_id, ()).sees.isdisjoint(case.units):
            continue
        identity = str(uuid.uuid5(uuid.UUID(outbox_id), one.id))
        unit = tree.units.get(case.lead_id or case.centre_id or case.station_id)
        connection.execute(
            insert(delivery).values(
                id=identity,
                webhook_id=one.id,
                body=body_of(identity, case, event, unit.name if unit else ""),
                made_at=now,
                attempts=0,
                next_at=now,
                failure="",
            )
        )


def take_due(connection: Connection, now: datetime, lease: timedelta) -> tuple[Delivery, Webhook] | None:
    """The delivery that is due longest, counted as tried and kept from others for the lease; None where none is."""
    query = (
        select(delivery)
        .join(webhook, webhook.c.id == delivery.c.webhook_id)
        .where(delivery.c.next_at <= clock.stamp(now), webhook.c.disabled_at.is_(None))
        .order_by(delivery.c.next_at, delivery.c.made_at)
        .limit(1)
        .with_for_update(skip_locked=True, of=delivery)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    taken = {"attempts": row.attempts + 1, "next_at": clock.stamp(now + lease)}
    connection.execute(update(delivery).where(delivery.c.id == row.id).values(taken))
    hook = connection.execute(select(webhook).where(webhook.c.id == row.webhook_id)).one()
    return Delivery(**{**row._mapping, **taken}), _webhook(hook)


def tried(
    connection: Connection, identity: str, *, next_at: str | None, delivered_at: str | None, failure: str
) -> None:
    """How an attempt went."""
    values = {"next_at": next_at, "delivered_at": delivered_at, "failure": failure[:200]}
    connection.execute(update(delivery).where(delivery.c.id == identity).values(values))


def again(connection: Connection, webhook_id: str, now: str) -> int:
    """Try once more whatever was given up; how much that is."""
    given_up = (delivery.c.webhook_id == webhook_id, delivery.c.next_at.is_(None), delivery.c.delivered_at.is_(None))
    return int(connection.execute(update(delivery).where(*given_up).values(next_at=now, attempts=0)).rowcount)


def recent(connection: Connection, webhook_id: str, limit: int) -> list[Delivery]:
    """The latest, the newest first."""
    query = select(delivery).where(delivery.c.webhook_id == webhook_id)
    rows = connection.execute(query.order_by(delivery.c.made_at.desc(), delivery.c.id).limit(limit))
    return [Delivery(**row._mapping) for row in rows]


def counts(connection: Connection) -> dict[str, tuple[int, int]]:
    """By webhook how many deliveries wait, and how many were given up."""
    waits, given_up = func.count(delivery.c.next_at), func.count() - func.count(delivery.c.next_at)
    query = select(delivery.c.webhook_id, waits, given_up).where(delivery.c.delivered_at.is_(None))
    return {row[0]: (row[1], row[2]) for row in connection.execute(query.group_by(delivery.c.webhook_id))}


def _changeable(one: Webhook) -> dict[str, Any]:
    acts = json.dumps([act.value for act in one.acts], ensure_ascii=False)
    return {"url": one.url, "acts": acts, "disabled_at": one.disabled_at}


def _webhook(row: Any) -> Webhook:
    return Webhook(**{**row._mapping, "acts": tuple(map(Act, json.loads(row.acts)))})
