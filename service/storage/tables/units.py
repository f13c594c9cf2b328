"""Where people work, and who stands in for whom."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from service.storage.tables.metadata import metadata

# Where people work. `departments` is a JSON list: the receiving departments of the rule set that it stands for.
unit = Table(
    "unit",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("parent_id", String(36), ForeignKey("unit.id")),
    Column("departments", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("disabled_at", String(32)),
    Index("unit_name", "name", unique=True),
)

# One unit an account.
membership = Table(
    "membership",
    metadata,
    Column("account_id", String(36), ForeignKey("account.id"), primary_key=True),
    Column("unit_id", String(36), ForeignKey("unit.id"), nullable=False),
    Column("post", String(20), nullable=False),
    Index("membership_unit_id", "unit_id"),
)

# Who stands in for whom on which days of China, 2026-03-02; `stand_in_id` is the account that does.
stand_in = Table(
    "stand_in",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", String(36), ForeignKey("account.id"), nullable=False),
    Column("stand_in_id", String(36), ForeignKey("account.id"), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Index("stand_in_account_id", "account_id"),
    Index("stand_in_stand_in_id", "stand_in_id"),
)
