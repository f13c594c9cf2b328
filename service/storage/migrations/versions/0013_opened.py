"""A narrow index for the days on which cases were opened: the wide one holds all that is asked of a period's cases."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("case_tally_opened_on", "case_tally", ["opened_on", "circle_id"])
