"""Suggestions, the rule sets that made them, and what people chose."""

import sqlalchemy as sa
from alembic import op

from service.storage.append_only import install

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ruleset_version",
        sa.Column("version", sa.String(200), primary_key=True),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("first_used_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("dispute_type", sa.String(40), nullable=False),
        sa.Column("risk_level", sa.String(4), nullable=False),
        sa.Column("department", sa.String(80), nullable=False),
        sa.Column("colour", sa.String(20), nullable=False),
        sa.Column("model", sa.String(40), nullable=False),
        sa.Column("ruleset", sa.String(200), sa.ForeignKey("ruleset_version.version"), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("suggestion_created_at", "suggestion", ["created_at"])
    op.create_table(
        "choice",
        sa.Column("suggestion_id", sa.String(36), sa.ForeignKey("suggestion.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("chosen_at", sa.String(32), nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("dispute_type", sa.String(40), nullable=False),
        sa.Column("department", sa.String(80), nullable=False),
        sa.Column("co_departments", sa.Text, nullable=False),
        sa.Column("colour", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person", sa.String(80), nullable=False),
        sa.Column("second_person", sa.String(80), nullable=False),
        sa.CheckConstraint("accepted IN (0, 1)", name="choice_accepted"),
    )
    install(op.get_bind(), ("ruleset_version", "suggestion", "choice"))
