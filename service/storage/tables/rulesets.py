"""Versions of the rule set, what is being edited of it, and what came into force when."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from service.storage.tables.metadata import metadata

# Every rule set that ever decided, whole, so that any decision can be replayed.
ruleset_version = Table(
    "ruleset_version",
    metadata,
    Column("version", String(200), primary_key=True),
    Column("files", Text, nullable=False),
    Column("first_used_at", String(32), nullable=False),
)

# Rule sets being edited. The only rows of rule sets that change.
ruleset_draft = Table(
    "ruleset_draft",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("base", Integer, nullable=False),
    Column("files", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("author_id", String(36), nullable=False),
    Column("author_name", String(80), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("requested_by_id", String(36)),
    Column("requested_by_name", String(80)),
    Column("rolls_back", Integer),
    Index("ruleset_draft_state", "state", "updated_at"),
)

# Which version came into force when, and by whom.
publication = Table(
    "publication",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", String(200), ForeignKey("ruleset_version.version"), nullable=False),
    Column("previous", String(200), ForeignKey("ruleset_version.version"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("note", Text, nullable=False),
    Column("author_id", String(36), nullable=False),
    Column("author_name", String(80), nullable=False),
    Column("publisher_id", String(36), nullable=False),
    Column("publisher_name", String(80), nullable=False),
    Column("second_person_id", String(36)),
    Column("second_person_name", String(80)),
    Column("published_at", String(32), nullable=False),
    Column("incidents", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("left_red", Integer, nullable=False),
)
