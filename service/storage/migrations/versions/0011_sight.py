"""Whose a suggestion is: the unit of who took it in; those that were registered get the station that did it."""

import sqlalchemy as sa
from alembic import op

from service.storage.append_only import install

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

_FILL = (
    "UPDATE suggestion SET unit_id = (SELECT station_id FROM incident WHERE incident.id = suggestion.id) "
    "WHERE id IN (SELECT id FROM incident)"
)


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.add_column("suggestion", sa.Column("unit_id", sa.String(36), nullable=False, server_default=""))
    # What is filled in was never told before: no record is changed by it.
    trigger = "suggestion_append_only ON suggestion" if postgres else "suggestion_no_update"
    op.execute(f"DROP TRIGGER {trigger}")
    op.execute(_FILL)
    install(op.get_bind(), ("suggestion",))
    op.drop_index("suggestion_created_at", "suggestion")
    op.create_index("suggestion_list", "suggestion", ["created_at", "id", "unit_id", "origin"])
