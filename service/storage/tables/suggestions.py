"""What was suggested, what people made of it, and what would be suggested today."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from service.storage.tables.metadata import metadata

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
    # Of who took it in; empty where nobody of a unit did.
    Column("unit_id", String(36), nullable=False),
    # All that listing and counting ask for: they never read the rows that somebody doesn't see.
    Index("suggestion_list", "created_at", "id", "unit_id", "origin"),
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

# What a suggestion would be today: a further row beside it each time it was decided again.
rescored = Table(
    "rescored",
    metadata,
    Column("suggestion_id", String(36), ForeignKey("suggestion.id"), primary_key=True),
    Column("job_id", String(36), primary_key=True),
    Column("made_at", String(32), nullable=False),
    Column("model", String(40), nullable=False),
    Column("ruleset", String(200), ForeignKey("ruleset_version.version"), nullable=False),
    Column("day", String(10), nullable=False),
    Column("dispute_type", String(40), nullable=False),
    Column("risk_level", String(4), nullable=False),
    Column("department", String(80), nullable=False),
    Column("colour", String(20), nullable=False),
    Column("matched_rules", Text, nullable=False),
)

# What was told of an incident when a suggestion was asked for: it fills the form of registering.
told = Table(
    "told",
    metadata,
    Column("suggestion_id", String(36), ForeignKey("suggestion.id"), primary_key=True),
    Column("registration", Text, nullable=False),
)
