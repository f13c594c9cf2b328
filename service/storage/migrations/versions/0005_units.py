"""Units, who belongs to them, and who stands in for whom."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("parent_id", sa.String(36), sa.ForeignKey("unit.id")),
        sa.Column("departments", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("disabled_at", sa.String(32)),
    )
    op.create_index("unit_name", "unit", ["name"], unique=True)
    op.create_table(
        "membership",
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("unit_id", sa.String(36), sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("post", sa.String(20), nullable=False),
    )
    op.create_index("membership_unit_id", "membership", ["unit_id"])
    op.create_table(
        "stand_in",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("stand_in_id", sa.String(36), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
    )
    op.create_index("stand_in_account_id", "stand_in", ["account_id"])
    op.create_index("stand_in_stand_in_id", "stand_in", ["stand_in_id"])
