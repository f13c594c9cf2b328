"""Accounts, sessions, API keys and failed logins in the database. Secrets come in as hashes only."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from service.accounts.model import Account, ApiKey, Session, roles_of, roles_text
from service.accounts.throttle import Failures
from service.storage.tables.accounts import account, api_key, login_failure, session


def any_account(connection: Connection) -> bool:
    """Whether accounts are in use at all."""
    return bool(connection.execute(select(exists().select_from(account))).scalar())


def all_accounts(connection: Connection, *, lock: bool = False) -> list[Account]:
    """Every account by login name. `lock` keeps other changers of accounts waiting until the commit."""
    query = select(account).order_by(account.c.login)
    return list(map(_account, connection.execute(query.with_for_update() if lock else query)))


def get_account(connection: Connection, identity: str) -> Account | None:
    """One account, or None."""
    row = connection.execute(select(account).where(account.c.id == identity)).one_or_none()
    return _account(row) if row else None


def get_login(connection: Connection, login: str, *, lock: bool = False) -> tuple[Account, str] | None:
    """The account of a login name and its password hash, or None."""
    query = select(account).where(account.c.login == login)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return (_account(row), row.password_hash) if row else None


def add_account(connection: Connection, new: Account, password_hash: str) -> None:
    """Add an account; raises storage's TakenError where the login name is in use."""
    connection.execute(
        insert(account).values(
            id=new.id, login=new.login, created_at=new.created_at, password_hash=password_hash, **_changeable(new)
        )
    )


def change_account(connection: Connection, changed: Account) -> None:
    """Write name, roles, whether it is disabled, and whether the password must be changed."""
    connection.execute(update(account).where(account.c.id == changed.id).values(_changeable(changed)))


def set_password(connection: Connection, identity: str, password_hash: str, *, must_change: bool) -> None:
    """Write another password hash."""
    values = {"password_hash": password_hash, "must_change_password": int(must_change)}
    connection.execute(update(account).where(account.c.id == identity).values(values))


def add_session(connection: Connection, new: Session, token_hash: str) -> None:
    """Add a session."""
    connection.execute(
        insert(session).values(
            token_hash=token_hash,
            id=new.id,
            account_id=new.account_id,
            created_at=new.created_at,
            last_used_at=new.last_used_at,
            client=new.client,
        )
    )


def get_session(connection: Connection, token_hash: str) -> tuple[Session, Account] | None:
    """The session of a token with its account, or None."""
    row = connection.execute(select(session).where(session.c.token_hash == token_hash)).one_or_none()
    holder = get_account(connection, row.account_id) if row else None
    return (_session(row), holder) if holder else None


def sessions_of(connection: Connection, account_id: str) -> list[Session]:
    """The sessions of an account, the latest used first."""
    query = select(session).where(session.c.account_id == account_id).order_by(session.c.last_used_at.desc())
    return list(map(_session, connection.execute(query)))


def touch_session(connection: Connection, identity: str, now: str) -> None:
    """Write when a session was last used."""
    connection.execute(update(session).where(session.c.id == identity).values(last_used_at=now))


def end_session(connection: Connection, account_id: str, identity: str) -> bool:
    """End one session of an account; whether there was one."""
    gone = delete(session).where(session.c.account_id == account_id, session.c.id == identity)
    return connection.execute(gone).rowcount > 0


def end_sessions(connection: Connection, account_id: str, *, but: str = "") -> int:
    """End all sessions of an account, except the one named; how many there were."""
    return connection.execute(delete(session).where(session.c.account_id == account_id, session.c.id != but)).rowcount


def sweep_sessions(connection: Connection, idle_since: str, begun_before: str) -> None:
    """Take out sessions that ended by themselves."""
    connection.execute(
        delete(session).where(or_(session.c.last_used_at <= idle_since, session.c.created_at <= begun_before))
    )


def add_key(connection: Connection, new: ApiKey, key_hash: str) -> None:
    """Add an API key."""
    connection.execute(
        insert(api_key).values(
            id=new.id,
            account_id=new.account_id,
            name=new.name,
            roles=roles_text(new.roles),
            key_hash=key_hash,
            created_at=new.created_at,
            expires_at=new.expires_at,
        )
    )


def get_key(connection: Connection, key_hash: str) -> tuple[ApiKey, Account] | None:
    """The API key with this hash and its account, or None."""
    row = connection.execute(select(api_key).where(api_key.c.key_hash == key_hash)).one_or_none()
    holder = get_account(connection, row.account_id) if row else None
    return (_key(row), holder) if holder else None


def keys_of(connection: Connection, account_id: str) -> list[ApiKey]:
    """The API keys of an account, revoked ones too, newest first."""
    query = select(api_key).where(api_key.c.account_id == account_id)
    return list(map(_key, connection.execute(query.order_by(api_key.c.created_at.desc(), api_key.c.id))))


def touch_key(connection: Connection, identity: str, day: str) -> None:
    """Write the day on which a key was last used."""
    connection.execute(update(api_key).where(api_key.c.id == identity).values(last_used_on=day))


def revoke_key(connection: Connection, account_id: str, identity: str, now: str) -> ApiKey | None:
    """Revoke a key of an account that is not revoked yet; the key, or None."""
    found = [one for one in keys_of(connection, account_id) if one.id == identity and one.revoked_at is None]
    if not found:
        return None
    connection.execute(update(api_key).where(api_key.c.id == identity).values(revoked_at=now))
    return replace(found[0], revoked_at=now)


def lock_failures(connection: Connection, who: str) -> Failures:
    """Failures in a row of one name, made if there are none, and kept from others until the commit."""
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(kind.insert(login_failure).values(who=who, failures=0, last_at="").on_conflict_do_nothing())
    row = connection.execute(select(login_failure).where(login_failure.c.who == who).with_for_update()).one()
    return Failures(row.failures, row.last_at)


def set_failures(connection: Connection, who: str, failures: Failures) -> None:
    """Write the count of a name that is locked."""
    values = {"failures": failures.count, "last_at": failures.last_at}
    connection.execute(update(login_failure).where(login_failure.c.who == who).values(values))


def _changeable(one: Account) -> dict[str, object]:
    return {
        "name": one.name,
        "roles": roles_text(one.roles),
        "disabled_at": one.disabled_at,
        "must_change_password": int(one.must_change_password),
    }


def _account(row: Any) -> Account:
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=roles_of(row.roles),
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        must_change_password=bool(row.must_change_password),
    )


def _session(row: Any) -> Session:
    return Session(row.id, row.account_id, row.created_at, row.last_used_at, row.client)


def _key(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        roles=roles_of(row.roles),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
        revoked_at=row.revoked_at,
    )
