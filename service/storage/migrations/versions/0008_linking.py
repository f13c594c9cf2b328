"""Linking: by what an incident is found again and weighed, what was told at intake, and choices before registering."""

import sqlalchemy as sa
from alembic import op

from service.storage.append_only import install

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing wrote to either table before this revision.
    op.drop_table("incident_key")
    op.create_table(
        "incident_key",
        sa.Column("incident_id", sa.String(36), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_index("incident_key_hash", "incident_key", ["kind", "hash", "at"])
    op.create_table(
        "incident_trace",
        sa.Column("incident_id", sa.String(36), sa.ForeignKey("incident.id"), primary_key=True),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
    )
    op.create_table(
        "link_key",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("checked_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "told",
        sa.Column("suggestion_id", sa.String(36), sa.ForeignKey("suggestion.id"), primary_key=True),
        sa.Column("registration", sa.Text, nullable=False),
    )
    op.drop_table("link_choice")
    op.create_table(
        "link_choice",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("incident_id", sa.String(36), sa.ForeignKey("suggestion.id"), nullable=False),
        sa.Column("other_id", sa.String(36), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("same", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("actor_id", sa.String(36), nullable=False),
        sa.Column("actor_name", sa.String(80), nullable=False),
        sa.CheckConstraint("same IN (0, 1)", name="link_choice_same"),
    )
    op.create_index("link_choice_incident_id", "link_choice", ["incident_id"])
    op.create_index("link_choice_other_id", "link_choice", ["other_id"])
    op.create_index("case_file_resolved", "case_file", ["dispute_type", "resolved_at"])
    install(op.get_bind(), ("link_choice",))
