"""The tables as they stand at the newest migration. Times are UTC, ISO 8601 text with a fixed width."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

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

# Who may sign in. `roles` is a JSON list.
account = Table(
    "account",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(64), nullable=False),
    Column("name", String(80), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("must_change_password", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("disabled_at", String(32)),
    CheckConstraint("must_change_password IN (0, 1)", name="account_must_change_password"),
    Index("account_login", "login", unique=True),
)

# Who is signed in. A row that is gone is a session that was ended.
session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("id", String(36), nullable=False),
    Column("account_id", String(36), ForeignKey("account.id"), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("last_used_at", String(32), nullable=False),
    Column("client", String(200), nullable=False),
    Index("session_id", "id", unique=True),
    Index("session_account_id", "account_id"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", String(36), ForeignKey("account.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("key_hash", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32)),
    Column("last_used_on", String(10)),
    Column("revoked_at", String(32)),
    Index("api_key_key_hash", "key_hash", unique=True),
    Index("api_key_account_id", "account_id"),
)

# Failed logins in a row: `who` is the hash of a login name, or * for all together.
login_failure = Table(
    "login_failure",
    metadata,
    Column("who", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", String(32), nullable=False),
)

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

# Where people work. `departments` is a JSON list: the receiving departments of the rule set that it stands for.
unit = Table(
    "unit",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("parent_id", String(36), ForeignKey("unit.id")),
    Column("departments", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("disabled_at", String(32)),
    Index("unit_name", "name", unique=True),
)

# One unit an account.
membership = Table(
    "membership",
    metadata,
    Column("account_id", String(36), ForeignKey("account.id"), primary_key=True),
    Column("unit_id", String(36), ForeignKey("unit.id"), nullable=False),
    Column("post", String(20), nullable=False),
    Index("membership_unit_id", "unit_id"),
)

# Who stands in for whom on which days of China, 2026-03-02; `stand_in_id` is the account that does.
stand_in = Table(
    "stand_in",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", String(36), ForeignKey("account.id"), nullable=False),
    Column("stand_in_id", String(36), ForeignKey("account.id"), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Index("stand_in_account_id", "account_id"),
    Index("stand_in_stand_in_id", "stand_in_id"),
)

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

# By what an incident is found again: keyed hashes, never the values.
incident_key = Table(
    "incident_key",
    metadata,
    Column("incident_id", String(36), ForeignKey("incident.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("hash", String(64), primary_key=True),
    # When the incident happened: the latest holders of a key are found without the others.
    Column("at", String(32), nullable=False),
    Index("incident_key_hash", "kind", "hash", "at"),
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

# What was told of an incident when a suggestion was asked for: it fills the form of registering.
told = Table(
    "told",
    metadata,
    Column("suggestion_id", String(36), ForeignKey("suggestion.id"), primary_key=True),
    Column("registration", Text, nullable=False),
)

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

# What a case counts for in the figures, written with each of its events: see `service.cases.tally`. Days are China's.
# Every index holds the circle, so that who may not see a case needs no look at its row.
case_tally = Table(
    "case_tally",
    metadata,
    Column("case_id", String(36), ForeignKey("case_file.id"), primary_key=True),
    Column("circle_id", BigInteger, nullable=False),
    Column("station_id", String(36), nullable=False),
    Column("centre_id", String(36), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("village_id", String(36), nullable=False),
    Column("dispute_type", String(40), nullable=False),
    Column("suggested_colour", String(20), nullable=False),
    Column("first_colour", String(20), nullable=False),
    Column("colour", String(20), nullable=False),
    Column("colours", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("opened_on", String(10), nullable=False),
    Column("transferred_on", String(10)),
    Column("returned_on", String(10)),
    Column("returned_by_id", String(36), nullable=False),
    Column("resolved_on", String(10)),
    Column("resolution", String(20), nullable=False),
    Column("on_time", Integer),
    Column("recurred_on", String(10)),
    Column("criminal_on", String(10)),
    Column("petition_on", String(10)),
    Column("returns", Integer, nullable=False),
    Column("recurrences", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    # All that is asked by group of the cases opened in a period.
    Index(
        "case_tally_opened", "opened_on", "circle_id", "dispute_type", "unit_id", "village_id", "colour", "colours",
        "suggested_colour", "resolved_on", "on_time", "returned_on", "recurred_on", "criminal_on", "petition_on",
    ),
    Index("case_tally_state", "state", "colour", "circle_id"),
    # Whoever sees little reads little; whoever sees all reads the period alone, by those below.
    Index("case_tally_seen_opened", "circle_id", "opened_on"),
    Index("case_tally_seen_transferred", "circle_id", "transferred_on"),
    Index("case_tally_seen_resolved", "circle_id", "resolved_on", "on_time"),
    Index("case_tally_transferred", "transferred_on", "circle_id"),
    Index("case_tally_resolved", "resolved_on", "circle_id", "on_time"),
    Index("case_tally_returned", "returned_on", "circle_id", "returned_by_id"),
    Index("case_tally_recurred", "recurred_on", "circle_id"),
    Index("case_tally_criminal", "criminal_on", "circle_id"),
    Index("case_tally_petition", "petition_on", "circle_id"),
)  # fmt: skip

# Who sees the cases of a circle: units and accounts. Rows are added, never changed.
case_circle = Table(
    "case_circle",
    metadata,
    Column("member_id", String(36), primary_key=True),
    Column("circle_id", BigInteger, primary_key=True, autoincrement=False),
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

# What somebody is told in the page. Without an account it is for whoever acts for the unit.
notice = Table(
    "notice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", String(36), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("read_at", String(32)),
    Index("notice_account_id", "account_id", "read_at", "made_at"),
    Index("notice_unit_id", "unit_id", "account_id"),
)

# Where a unit's own messenger is told of what happens. The secret signs, so it is kept as it is.
webhook = Table(
    "webhook",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("unit_id", String(36), ForeignKey("unit.id"), nullable=False),
    Column("url", String(500), nullable=False),
    Column("secret", String(80), nullable=False),
    Column("acts", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("disabled_at", String(32)),
)

# What is to be sent to a webhook, until it was taken or given up.
delivery = Table(
    "delivery",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("webhook_id", String(36), ForeignKey("webhook.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", String(32)),
    Column("delivered_at", String(32)),
    Column("failure", String(200), nullable=False),
    Index("delivery_next_at", "next_at"),
    Index("delivery_webhook_id", "webhook_id", "made_at"),
)

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

APPEND_ONLY = (
    "ruleset_version",
    "suggestion",
    "choice",
    "audit_entry",
    "publication",
    "rescored",
    "incident",
    "party",
    "case_event",
    "attachment",
    "link_choice",
)
