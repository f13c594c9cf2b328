"""Indexes that answer alone: the holders of a key, and the days on which cases were opened."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("incident_key_hash", "incident_key")
    op.create_index("incident_key_hash", "incident_key", ["kind", "hash", "at", "incident_id"])
    op.create_index("case_tally_opened_on", "case_tally", ["opened_on", "circle_id"])
