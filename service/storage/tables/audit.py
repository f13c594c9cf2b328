"""Who did what."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from service.storage.tables.metadata import metadata

# Who did what. Each row's hash covers the row and the hash before it.
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor_id", String(36), nullable=False),
    Column("actor_name", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_entry_hash", "hash", unique=True),
)
