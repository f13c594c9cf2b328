"""The tables as they stand at the newest migration. Times are UTC, ISO 8601 text with a fixed width."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

# Every rule set that ever decided, whole, so that any decision can be replayed.
ruleset_version = Table(
    "ruleset_version",
    metadata,
    Column("version", String(200), primary_key=True),
    Column("files", Text, nullable=False),
    Column("first_used_at", String(32), nullable=False),
)

# One row a suggestion, as it was shown. `body` is the JSON of the suggestion, byte for byte.
suggestion = Table(
    "suggestion",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("created_at", String(32), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("dispute_type", String(40), nullable=False),
    Column("risk_level", String(4), nullable=False),
    Column("department", String(80), nullable=False),
    Column("colour", String(20), nullable=False),
    Column("model", String(40), nullable=False),
    Column("ruleset", String(200), ForeignKey("ruleset_version.version"), nullable=False),
    Column("facts", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("suggestion_created_at", "created_at"),
)

# What a person made of it. Never changed: a later choice is a further row.
choice = Table(
    "choice",
    metadata,
    Column("suggestion_id", String(36), ForeignKey("suggestion.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("chosen_at", String(32), nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("dispute_type", String(40), nullable=False),
    Column("department", String(80), nullable=False),
    Column("co_departments", Text, nullable=False),
    Column("colour", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", String(80), nullable=False),
    Column("second_person", String(80), nullable=False),
    CheckConstraint("accepted IN (0, 1)", name="choice_accepted"),
)

APPEND_ONLY = ("ruleset_version", "suggestion", "choice")
