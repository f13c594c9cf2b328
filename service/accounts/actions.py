"""What an administrator can do with accounts and their API keys. One transaction each, recorded in it."""

import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from service import clock
from service.accounts import passwords, store
from service.accounts.model import (
    Account,
    Actor,
    ApiKey,
    Role,
    as_identity,
    check_admin_left,
    check_login,
    check_name,
    check_roles,
    roles_words,
)
from service.accounts.signing import KEY_PREFIX, token_hash
from service.audit.model import Action
from service.audit.store import record
from service.errors import InputError, NotFoundError
from service.storage.database import Database, TakenError


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts in a database. Every method raises ForbiddenError where the actor is no 管理员."""

    database: Database

    def all(self, actor: Actor) -> list[Account]:
        """Every account by login name."""
        actor.require(Role.ADMIN)
        with self.database.read() as connection:
            return store.all_accounts(connection)

    def find(self, actor: Actor, identity: str) -> Account:
        """One account; raises NotFoundError."""
        actor.require(Role.ADMIN)
        with self.database.read() as connection:
            return _known(store.get_account(connection, as_identity(identity)))

    def named(self, actor: Actor, login: str) -> Account:
        """The account of a login name; raises InputError and NotFoundError."""
        actor.require(Role.ADMIN)
        with self.database.read() as connection:
            found = store.get_login(connection, check_login(login))
        if found is None:
            raise NotFoundError(f"没有登录名为 {login} 的账号")
        return found[0]

    def create(
        self, actor: Actor, login: str, name: str, roles: Collection[str], password: str, *, must_change: bool = True
    ) -> Account:
        """A new account; raises InputError. The first one must be a 管理员."""
        actor.require(Role.ADMIN)
        login = check_login(login)
        name = check_name(name or login)
        new = Account(
            id=str(uuid.uuid4()),
            login=login,
            name=name,
            roles=check_roles(roles),
            created_at=clock.stamp(),
            must_change_password=must_change,
        )
        stored = passwords.hashed(passwords.check(password, login, name))
        try:
            with self.database.write() as connection:
                check_admin_left([*store.all_accounts(connection, lock=True), new])
                store.add_account(connection, new, stored)
                detail = {"显示名": name, "角色": roles_words(new.roles)}
                record(connection, actor, Action.ACCOUNT_CREATED, f"账号 {login}", detail)
        except TakenError as error:
            raise InputError(f"登录名 {login} 已经有人用了") from error
        return new

    def change(
        self,
        actor: Actor,
        identity: str,
        *,
        name: str | None = None,
        roles: Collection[str] | None = None,
        enabled: bool | None = None,
    ) -> Account:
        """Change what is given. With its roles changed or disabled, an account is signed out everywhere.

        Raises NotFoundError, and InputError where nobody would be left to manage accounts.
        """
        actor.require(Role.ADMIN)
        with self.database.write() as connection:
            everybody = {one.id: one for one in store.all_accounts(connection, lock=True)}
            before = _known(everybody.get(as_identity(identity)))
            after = replace(
                before,
                name=before.name if name is None else check_name(name),
                roles=before.roles if roles is None else check_roles(roles),
            )
            if enabled is not None and enabled != before.enabled:
                after = replace(after, disabled_at=None if enabled else clock.stamp())
            if after == before:
                return before
            check_admin_left((everybody | {after.id: after}).values())
            store.change_account(connection, after)
            if after.roles != before.roles or not after.enabled:
                store.end_sessions(connection, after.id)
            record(connection, actor, _action(before, after), f"账号 {after.login}", _differences(before, after))
        return after

    def reset_password(self, actor: Actor, identity: str, password: str) -> None:
        """Give an account a password that its holder must change at once; it is signed out everywhere.

        Raises NotFoundError and InputError.
        """
        account = self.find(actor, identity)
        stored = passwords.hashed(passwords.check(password, account.login, account.name))
        with self.database.write() as connection:
            store.set_password(connection, account.id, stored, must_change=True)
            store.end_sessions(connection, account.id)
            record(connection, actor, Action.PASSWORD_RESET, f"账号 {account.login}", {})

    def keys(self, actor: Actor, identity: str) -> list[ApiKey]:
        """The API keys of an account, newest first; raises NotFoundError."""
        account = self.find(actor, identity)
        with self.database.read() as connection:
            return store.keys_of(connection, account.id)

    def create_key(
        self, actor: Actor, identity: str, name: str, roles: Collection[str], last_day: date | None = None
    ) -> tuple[ApiKey, str]:
        """A new API key, good until the end of `last_day`, and its words, which are nowhere kept.

        Raises NotFoundError, and InputError for roles that the account has not and a day that is over.
        """
        account = self.find(actor, identity)
        wanted = check_roles(roles)
        if more := wanted - account.roles:
            raise InputError(f"账号 {account.login} 没有这些角色，密钥也不能有：{roles_words(more)}")
        now = clock.now()
        try:
            expires = clock.end_of(last_day) if last_day else None
        except OverflowError as error:
            raise InputError("有效期太远") from error
        if expires and expires <= now:
            raise InputError("有效期已经过了")
        key = ApiKey(
            id=str(uuid.uuid4()),
            account_id=account.id,
            name=check_name(name, "密钥名称"),
            roles=wanted,
            created_at=clock.stamp(now),
            expires_at=clock.stamp(expires) if expires else None,
        )
        words = KEY_PREFIX + secrets.token_urlsafe(32)
        detail = {
            "名称": key.name,
            "角色": roles_words(key.roles),
            "有效期": last_day.isoformat() if last_day else "不限",
        }
        with self.database.write() as connection:
            store.add_key(connection, key, token_hash(words))
            record(connection, actor, Action.KEY_CREATED, f"账号 {account.login}", detail)
        return key, words

    def revoke_key(self, actor: Actor, identity: str, key_id: str) -> None:
        """Make an API key useless at once; raises NotFoundError."""
        account = self.find(actor, identity)
        with self.database.write() as connection:
            key = store.revoke_key(connection, account.id, as_identity(key_id), clock.stamp())
            if key is None:
                raise NotFoundError("没有这个密钥，或者已经撤销了")
            record(connection, actor, Action.KEY_REVOKED, f"账号 {account.login}", {"名称": key.name})


def _known(account: Account | None) -> Account:
    if account is None:
        raise NotFoundError("没有这个账号")
    return account


def _action(before: Account, after: Account) -> Action:
    if before.enabled == after.enabled:
        return Action.ACCOUNT_CHANGED
    return Action.ACCOUNT_ENABLED if after.enabled else Action.ACCOUNT_DISABLED


def _differences(before: Account, after: Account) -> dict[str, object]:
    parts = {
        "显示名": (before.name, after.name),
        "角色": (roles_words(before.roles), roles_words(after.roles)),
    }
    return {part: {"原": was, "现": now} for part, (was, now) in parts.items() if was != now}
