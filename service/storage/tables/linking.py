"""By what incidents of one dispute find each other, and what people said of it."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from service.storage.tables.metadata import metadata

# By what an incident is found again: keyed hashes, never the values.
incident_key = Table(
    "incident_key",
    metadata,
    Column("incident_id", String(36), ForeignKey("incident.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("hash", String(64), primary_key=True),
    # When the incident happened: the latest holders of a key are found without the others.
    Column("at", String(32), nullable=False),
    Index("incident_key_hash", "kind", "hash", "at", "incident_id"),
)

# What an incident is weighed by once it is found: names as keyed hashes, and the signature of its text.
incident_trace = Table(
    "incident_trace",
    metadata,
    Column("incident_id", String(36), ForeignKey("incident.id"), primary_key=True),
    Column("names", Text, nullable=False),
    Column("signature", Text, nullable=False),
)

# Which secret the traces were made under: one row, a check value that tells nothing of the secret.
link_key = Table(
    "link_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("checked_by", String(64), nullable=False),
)

# What people said of two incidents: one dispute, or not. The latest word on a pair, by `seq`, counts. The first of
# them may not be registered yet.
link_choice = Table(
    "link_choice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("incident_id", String(36), ForeignKey("suggestion.id"), nullable=False),
    Column("other_id", String(36), ForeignKey("incident.id"), nullable=False),
    Column("same", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("actor_id", String(36), nullable=False),
    Column("actor_name", String(80), nullable=False),
    CheckConstraint("same IN (0, 1)", name="link_choice_same"),
    Index("link_choice_incident_id", "incident_id"),
    Index("link_choice_other_id", "other_id"),
)
