"""Cases: incidents with their people, the track list, and what belongs to a file."""

import sqlalchemy as sa
from alembic import op

from service.storage.append_only import install

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.String(36), sa.ForeignKey("suggestion.id"), primary_key=True),
        sa.Column("alarm_number", sa.String(60), nullable=False),
        sa.Column("linked_alarm", sa.String(60), nullable=False),
        sa.Column("happened_at", sa.String(32), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("station_id", sa.String(36), nullable=False),
        sa.Column("confidential", sa.Integer, nullable=False),
        sa.Column("registered_at", sa.String(32), nullable=False),
        sa.Column("registered_by_id", sa.String(36), nullable=False),
        sa.Column("registered_by_name", sa.String(80), nullable=False),
        sa.CheckConstraint("confidential IN (0, 1)", name="incident_confidential"),
    )
    op.create_index("incident_alarm_number", "incident", ["alarm_number"])
    op.create_table(
        "party",
        sa.Column("incident_id", sa.String(36), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("id_number", sa.String(40), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
    )
    op.create_table(
        "incident_key",
        sa.Column("incident_id", sa.String(36), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
    )
    op.create_index("incident_key_hash", "incident_key", ["kind", "hash"])
    op.create_table(
        "case_file",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("colour", sa.String(20), nullable=False),
        sa.Column("dispute_type", sa.String(40), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("station_id", sa.String(36), nullable=False),
        sa.Column("centre_id", sa.String(36), nullable=False),
        sa.Column("lead_id", sa.String(36), nullable=False),
        sa.Column("co_ids", sa.Text, nullable=False),
        sa.Column("incidents", sa.Text, nullable=False),
        sa.Column("guests", sa.Text, nullable=False),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("accept_by", sa.String(32)),
        sa.Column("finish_by", sa.String(32)),
        sa.Column("report_by", sa.String(32)),
        sa.Column("review_by", sa.String(32)),
        sa.Column("visit_by", sa.String(32)),
        sa.Column("paused_at", sa.String(32)),
        sa.Column("resolved_at", sa.String(32)),
        sa.Column("closed_at", sa.String(32)),
        sa.Column("returns", sa.Integer, nullable=False),
        sa.Column("recurrences", sa.Integer, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("resolution", sa.String(20), nullable=False),
        sa.Column("agreement", sa.String(36), nullable=False),
        sa.Column("lowering", sa.Text, nullable=False),
    )
    op.create_index("case_file_number", "case_file", ["number"], unique=True)
    op.create_index("case_file_state", "case_file", ["state", "colour", "changed_at"])
    op.create_index("case_file_opened_at", "case_file", ["opened_at"])
    listed = ["colour", "opened_at", "id", "state", "dispute_type", "number", "place"]
    op.create_index("case_file_list", "case_file", listed)
    op.create_index("case_file_changed_at", "case_file", ["changed_at"])
    asked = sa.text("lowering != '{}'")
    op.create_index("case_file_lowering", "case_file", ["id"], sqlite_where=asked, postgresql_where=asked)
    op.create_index("case_file_report_by", "case_file", ["report_by"])
    op.create_index("case_file_review_by", "case_file", ["review_by"])
    op.create_table(
        "case_event",
        sa.Column("case_id", sa.String(36), sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=False),
        sa.Column("actor_name", sa.String(80), nullable=False),
        sa.Column("unit_id", sa.String(36), nullable=False),
        sa.Column("stance", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("case_event_at", "case_event", ["at"])
    op.create_index("case_event_act", "case_event", ["act", "at"])
    op.create_table(
        "case_incident",
        sa.Column("incident_id", sa.String(36), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("case_id", sa.String(36), sa.ForeignKey("case_file.id"), nullable=False),
    )
    op.create_index("case_incident_case_id", "case_incident", ["case_id"])
    op.create_table(
        "case_unit",
        sa.Column("case_id", sa.String(36), sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("unit_id", sa.String(36), primary_key=True),
    )
    op.create_index("case_unit_unit_id", "case_unit", ["unit_id", "case_id"])
    op.create_table(
        "case_guest",
        sa.Column("case_id", sa.String(36), sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("account_id", sa.String(36), primary_key=True),
    )
    op.create_index("case_guest_account_id", "case_guest", ["account_id"])
    op.create_table(
        "case_count",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "command_done",
        sa.Column("actor_id", sa.String(36), primary_key=True),
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("done_at", sa.String(32)),
    )
    op.create_index("outbox_open", "outbox", ["done_at", "at"])
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("case_id", sa.String(36), sa.ForeignKey("case_file.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.Column("added_by_id", sa.String(36), nullable=False),
        sa.Column("added_by_name", sa.String(80), nullable=False),
    )
    op.create_index("attachment_case_id", "attachment", ["case_id"])
    op.create_table(
        "link_choice",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("incident_id", sa.String(36), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("other_id", sa.String(36), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("same", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=False),
        sa.Column("actor_name", sa.String(80), nullable=False),
        sa.CheckConstraint("same IN (0, 1)", name="link_choice_same"),
    )
    op.create_index("link_choice_incident_id", "link_choice", ["incident_id"])
    op.create_index("link_choice_other_id", "link_choice", ["other_id"])
    install(op.get_bind(), ("incident", "party", "case_event", "attachment", "link_choice"))
