"""Long work, and what stored suggestions would be when they are decided again."""

import sqlalchemy as sa
from alembic import op

from service.storage.append_only import install

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(200)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("asked_by_id", sa.String(36), nullable=False),
        sa.Column("asked_by_name", sa.String(80), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("lost", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.String(32)),
        sa.Column("cancelling", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("result", sa.Text),
        sa.Column("failure", sa.Text, nullable=False),
        sa.Column("started_at", sa.String(32)),
        sa.Column("ended_at", sa.String(32)),
        sa.CheckConstraint("cancelling IN (0, 1)", name="job_cancelling"),
    )
    op.create_index("job_key", "job", ["key"], unique=True)
    op.create_index("job_state", "job", ["state", "created_at"])
    op.create_table(
        "rescored",
        sa.Column("suggestion_id", sa.String(36), sa.ForeignKey("suggestion.id"), primary_key=True),
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("model", sa.String(40), nullable=False),
        sa.Column("ruleset", sa.String(200), sa.ForeignKey("ruleset_version.version"), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("dispute_type", sa.String(40), nullable=False),
        sa.Column("risk_level", sa.String(4), nullable=False),
        sa.Column("department", sa.String(80), nullable=False),
        sa.Column("colour", sa.String(20), nullable=False),
        sa.Column("matched_rules", sa.Text, nullable=False),
    )
    install(op.get_bind(), ("rescored",))
