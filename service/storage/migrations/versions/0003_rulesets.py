"""Rule set drafts, and what was published when."""

import sqlalchemy as sa
from alembic import op

from service.storage.append_only import install

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ruleset_draft",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("author_name", sa.String(80), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("requested_by_id", sa.String(36)),
        sa.Column("requested_by_name", sa.String(80)),
        sa.Column("rolls_back", sa.Integer),
    )
    op.create_index("ruleset_draft_state", "ruleset_draft", ["state", "updated_at"])
    op.create_table(
        "publication",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.String(200), sa.ForeignKey("ruleset_version.version"), nullable=False),
        sa.Column("previous", sa.String(200), sa.ForeignKey("ruleset_version.version"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("author_name", sa.String(80), nullable=False),
        sa.Column("publisher_id", sa.String(36), nullable=False),
        sa.Column("publisher_name", sa.String(80), nullable=False),
        sa.Column("second_person_id", sa.String(36)),
        sa.Column("second_person_name", sa.String(80)),
        sa.Column("published_at", sa.String(32), nullable=False),
        sa.Column("incidents", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("left_red", sa.Integer, nullable=False),
    )
    install(op.get_bind(), ("publication",))
