"""A case, its track list, its incidents and files, and who takes part in it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from service.storage.tables.metadata import metadata

# A case as its events leave it: written with each of them, never without.
case_file = Table(
    "case_file",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("colour", String(20), nullable=False),
    Column("dispute_type", String(40), nullable=False),
    Column("place", String(200), nullable=False),
    Column("station_id", String(36), nullable=False),
    Column("centre_id", String(36), nullable=False),
    Column("lead_id", String(36), nullable=False),
    Column("co_ids", Text, nullable=False),
    Column("incidents", Text, nullable=False),
    Column("guests", Text, nullable=False),
    Column("opened_at", String(32), nullable=False),
    Column("changed_at", String(32), nullable=False),
    Column("accept_by", String(32)),
    Column("finish_by", String(32)),
    Column("report_by", String(32)),
    Column("review_by", String(32)),
    Column("visit_by", String(32)),
    Column("paused_at", String(32)),
    Column("resolved_at", String(32)),
    Column("closed_at", String(32)),
    Column("returns", Integer, nullable=False),
    Column("recurrences", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("resolution", String(20), nullable=False),
    Column("agreement", String(36), nullable=False),
    Column("lowering", Text, nullable=False),
    Column("hold", Text, nullable=False, server_default="{}"),
    Column("erased_at", String(32)),
    Index("case_file_number", "number", unique=True),
    Index("case_file_state", "state", "colour", "changed_at"),
    # How much waits for a unit; a centre has more cases than anybody else: counted without a look at their rows.
    Index("case_file_centre", "centre_id", "state", "colour", "accept_by", "visit_by"),
    Index("case_file_lead", "lead_id", "state", "colour"),
    Index("case_file_opened_at", "opened_at"),
    # All that the list asks for: it never reads the rows of cases that it doesn't show.
    Index("case_file_list", "colour", "opened_at", "id", "state", "dispute_type", "number", "place"),
    Index("case_file_changed_at", "changed_at"),
    Index("case_file_closed_at", "closed_at"),
    # The few of which somebody asked that the colour be lowered.
    Index(
        "case_file_lowering",
        "id",
        sqlite_where=text("lowering != '{}'"),
        postgresql_where=text("lowering != '{}'"),
    ),
    Index("case_file_report_by", "report_by"),
    Index("case_file_review_by", "review_by"),
    Index("case_file_resolved", "dispute_type", "resolved_at"),
)

# The track list. Each row's hash covers the row and the hash before it.
case_event = Table(
    "case_event",
    metadata,
    Column("case_id", String(36), ForeignKey("case_file.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("act", String(20), nullable=False),
    Column("actor_id", String(36), nullable=False),
    Column("actor_name", String(80), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("stance", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("salt", String(32), nullable=False, server_default=""),
    Index("case_event_at", "at"),
    Index("case_event_act", "act", "at"),
)

# In which case an incident is; each incident is in one at most.
case_incident = Table(
    "case_incident",
    metadata,
    Column("incident_id", String(36), ForeignKey("incident.id"), primary_key=True),
    Column("case_id", String(36), ForeignKey("case_file.id"), nullable=False),
    Index("case_incident_case_id", "case_id"),
)

# Which units ever took part in a case, and so may see it.
case_unit = Table(
    "case_unit",
    metadata,
    Column("case_id", String(36), ForeignKey("case_file.id"), primary_key=True),
    Column("unit_id", String(36), primary_key=True),
    Index("case_unit_unit_id", "unit_id", "case_id"),
)

# With which persons a case is shared.
case_guest = Table(
    "case_guest",
    metadata,
    Column("case_id", String(36), ForeignKey("case_file.id"), primary_key=True),
    Column("account_id", String(36), primary_key=True),
    Index("case_guest_account_id", "account_id"),
)

# How many cases a year has had.
case_count = Table(
    "case_count",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

# Commands carried out, so that sending one again does nothing.
command_done = Table(
    "command_done",
    metadata,
    Column("actor_id", String(36), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("at", String(32), nullable=False),
)

# What others are to be told of; a row is done once it has been told.
outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("act", String(20), nullable=False),
    Column("at", String(32), nullable=False),
    Column("done_at", String(32)),
    Index("outbox_open", "done_at", "at"),
)

# A file of a case. Its bytes lie in the data folder under its id.
attachment = Table(
    "attachment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), ForeignKey("case_file.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("added_at", String(32), nullable=False),
    Column("added_by_id", String(36), nullable=False),
    Column("added_by_name", String(80), nullable=False),
    Index("attachment_case_id", "case_id"),
)
