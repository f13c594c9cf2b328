"""Who may sign in, who is signed in, and keys for programs."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from service.storage.tables.metadata import metadata

# Who may sign in. `roles` is a JSON list.
account = Table(
    "account",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(64), nullable=False),
    Column("name", String(80), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("must_change_password", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("disabled_at", String(32)),
    CheckConstraint("must_change_password IN (0, 1)", name="account_must_change_password"),
    Index("account_login", "login", unique=True),
)

# Who is signed in. A row that is gone is a session that was ended.
session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("id", String(36), nullable=False),
    Column("account_id", String(36), ForeignKey("account.id"), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("last_used_at", String(32), nullable=False),
    Column("client", String(200), nullable=False),
    Index("session_id", "id", unique=True),
    Index("session_account_id", "account_id"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", String(36), ForeignKey("account.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("key_hash", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32)),
    Column("last_used_on", String(10)),
    Column("revoked_at", String(32)),
    Index("api_key_key_hash", "key_hash", unique=True),
    Index("api_key_account_id", "account_id"),
)

# Failed logins in a row: `who` is the hash of a login name, or * for all together.
login_failure = Table(
    "login_failure",
    metadata,
    Column("who", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", String(32), nullable=False),
)
