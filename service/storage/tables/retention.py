"""What two persons want erased, and the way past the triggers for it."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from service.storage.tables.metadata import metadata

# What two persons want erased, and how far that is. Without a case it is every incident that never became one, taken in
# by the stamp `until`. `files` is a JSON list: what is still to be taken from the data folder.
erasure = Table(
    "erasure",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("until", String(32), nullable=False),
    Column("period", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("proposed_at", String(32), nullable=False),
    Column("proposed_by_id", String(80), nullable=False),
    Column("proposed_by_name", String(80), nullable=False),
    Column("answered_at", String(32)),
    Column("answered_by_id", String(80), nullable=False),
    Column("answered_by_name", String(80), nullable=False),
    Column("answer", Text, nullable=False),
    Column("incidents", Integer, nullable=False),
    Column("files", Text, nullable=False),
    Column("done_at", String(32)),
    Index("erasure_state", "state", "proposed_at"),
    Index("erasure_case_id", "case_id"),
)

# The way past the triggers of append-only tables: a row is there only inside the transaction that erases.
erasing = Table("erasing", metadata, Column("erasure_id", String(36), primary_key=True))
