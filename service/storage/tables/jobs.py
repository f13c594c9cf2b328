"""Long work, and what comes round by itself."""

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, String, Table, Text

from service.storage.tables.metadata import metadata

# Long work. `attempt` is the fence: whoever holds an older one can write nothing.
job = Table(
    "job",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(200)),
    Column("state", String(10), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("asked_by_id", String(36), nullable=False),
    Column("asked_by_name", String(80), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("lease_until", String(32)),
    Column("cancelling", Integer, nullable=False),
    Column("stage", String(40), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("share", Float, nullable=False),
    Column("result", Text),
    Column("failure", Text, nullable=False),
    Column("started_at", String(32)),
    Column("ended_at", String(32)),
    CheckConstraint("cancelling IN (0, 1)", name="job_cancelling"),
    Index("job_key", "key", unique=True),
    Index("job_state", "state", "created_at"),
)

# Which round of what comes round (日清, 周结) was done for which unit: 2026-03-02, or 2026-W10. Taken by one process
# at a time; one that died with it in hand is followed by another.
tick = Table(
    "tick",
    metadata,
    Column("schedule", String(10), primary_key=True),
    Column("unit_id", String(36), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("taken_at", String(32), nullable=False),
    Column("done_at", String(32)),
)
