"""Legal hold, and erasing of what is due: what two persons asked for, and the one way past the append-only triggers."""

import sqlalchemy as sa
from alembic import op

from service.storage.append_only import install

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ERASABLE = ("suggestion", "choice", "incident", "party", "case_event", "attachment", "link_choice")


def upgrade() -> None:
    op.add_column("case_file", sa.Column("hold", sa.Text, nullable=False, server_default="{}"))
    op.add_column("case_file", sa.Column("erased_at", sa.String(32)))
    op.create_index("case_file_closed_at", "case_file", ["closed_at"])
    op.add_column("case_event", sa.Column("salt", sa.String(32), nullable=False, server_default=""))
    op.create_table(
        "erasure",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("proposed_at", sa.String(32), nullable=False),
        *(sa.Column(f"proposed_by_{part}", sa.String(80), nullable=False) for part in ("id", "name")),
        sa.Column("answered_at", sa.String(32)),
        *(sa.Column(f"answered_by_{part}", sa.String(80), nullable=False) for part in ("id", "name")),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("incidents", sa.Integer, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("done_at", sa.String(32)),
    )
    op.create_index("erasure_state", "erasure", ["state", "proposed_at"])
    op.create_index("erasure_case_id", "erasure", ["case_id"])
    op.create_table("erasing", sa.Column("erasure_id", sa.String(36), primary_key=True))
    install(op.get_bind(), _ERASABLE, unless="erasing")
