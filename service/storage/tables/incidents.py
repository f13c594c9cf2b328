"""What is registered of an incident besides its description."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from service.storage.tables.metadata import metadata

# What the station knows of an incident besides its description. Its id is that of its suggestion.
incident = Table(
    "incident",
    metadata,
    Column("id", String(36), ForeignKey("suggestion.id"), primary_key=True),
    Column("alarm_number", String(60), nullable=False),
    Column("linked_alarm", String(60), nullable=False),
    Column("happened_at", String(32), nullable=False),
    Column("place", String(200), nullable=False),
    Column("station_id", String(36), nullable=False),
    Column("confidential", Integer, nullable=False),
    Column("registered_at", String(32), nullable=False),
    Column("registered_by_id", String(36), nullable=False),
    Column("registered_by_name", String(80), nullable=False),
    CheckConstraint("confidential IN (0, 1)", name="incident_confidential"),
    Index("incident_alarm_number", "alarm_number"),
)

# The people of an incident.
party = Table(
    "party",
    metadata,
    Column("incident_id", String(36), ForeignKey("incident.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("name", String(80), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("id_number", String(40), nullable=False),
    Column("address", String(200), nullable=False),
)
