"""What people and a unit's own messenger are told."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from service.storage.tables.metadata import metadata

# What somebody is told in the page. Without an account it is for whoever acts for the unit.
notice = Table(
    "notice",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", String(36), nullable=False),
    Column("unit_id", String(36), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("read_at", String(32)),
    Index("notice_account_id", "account_id", "read_at", "made_at"),
    Index("notice_unit_id", "unit_id", "account_id"),
)

# Where a unit's own messenger is told of what happens. The secret signs, so it is kept as it is.
webhook = Table(
    "webhook",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("unit_id", String(36), ForeignKey("unit.id"), nullable=False),
    Column("url", String(500), nullable=False),
    Column("secret", String(80), nullable=False),
    Column("acts", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("disabled_at", String(32)),
)

# What is to be sent to a webhook, until it was taken or given up.
delivery = Table(
    "delivery",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("webhook_id", String(36), ForeignKey("webhook.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", String(32)),
    Column("delivered_at", String(32)),
    Column("failure", String(200), nullable=False),
    Index("delivery_next_at", "next_at"),
    Index("delivery_webhook_id", "webhook_id", "made_at"),
)
