"""The files of a case as rows: added with the event that tells of them, and read by those who see the case."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Connection, insert, select

from service.cases.model import Event
from service.storage.tables.cases import attachment


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a case. `size` is in bytes, `sha256` in hexadecimal; the bytes lie in the data folder under the id."""

    id: str
    case_id: str
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: str
    added_by_id: str
    added_by_name: str


def add_attachment(connection: Connection, event: Event) -> None:
    """Add the file that an event of the act 附件 tells of."""
    new = Attachment(
        id=event.detail["附件"],
        case_id=event.case_id,
        name=event.detail["名称"],
        media_type=event.detail["格式"],
        size=event.detail["大小"],
        sha256=event.detail["哈希"],
        added_at=event.at,
        added_by_id=event.actor_id,
        added_by_name=event.actor_name,
    )
    connection.execute(insert(attachment).values(asdict(new)))


def attachments_of(connection: Connection, case_id: str) -> list[Attachment]:
    """The files of a case, the oldest first. Whether it may be seen was asked before."""
    query = select(attachment).where(attachment.c.case_id == case_id).order_by(attachment.c.added_at, attachment.c.id)
    return list(map(_attachment, connection.execute(query)))


def attached(connection: Connection, identity: str) -> bool:
    """Whether a file is one of a case's."""
    return connection.execute(select(attachment.c.id).where(attachment.c.id == identity)).first() is not None


def _attachment(row: Any) -> Attachment:
    return Attachment(**{one.name: getattr(row, one.name) for one in fields(Attachment)})
