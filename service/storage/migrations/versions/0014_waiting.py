"""Indexes for what waits for a centre and for a lead."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("case_file_centre", "case_file", ["centre_id", "state", "colour", "accept_by", "visit_by"])
    op.create_index("case_file_lead", "case_file", ["lead_id", "state", "colour"])
