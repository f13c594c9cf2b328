"""Signing in and out: words, tokens and keys come in, an Actor or a Chinese refusal goes out."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from service import clock
from service.accounts import passwords, store
from service.accounts.model import ABSOLUTE, IDLE, LOCAL, Account, Actor, ApiKey, Session, as_login
from service.accounts.throttle import ALL_LOGINS, ONE_LOGIN, Failures, seconds_left, with_one_more
from service.audit.model import Action
from service.audit.store import record
from service.errors import ForbiddenError, NotFoundError, ThrottledError, UnauthorizedError
from service.storage.database import Database
from service.units.store import sight_of

KEY_PREFIX = "tb_"
_ALL = "*"
_MOST_OF_A_CLIENT = 200
_WRONG = "登录名或密码不对"


def token_hash(token: str) -> str:
    """Under which a token or key is kept. It is random and long, so that a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class SignIn:
    """The door: who may come in, and who is in."""

    database: Database

    @property
    def needed(self) -> bool:
        """Whether one must sign in: as soon as there is an account."""
        with self.database.read() as connection:
            return store.any_account(connection)

    def enter(self, login: str, password: str, client: str = "", previous: str = "") -> str:
        """Sign in with a password; the token of a new session. `previous` is a token that ends with this.

        Raises UnauthorizedError with the same words and after the same time for a wrong name and a wrong password,
        ThrottledError after too many failures, ForbiddenError for a disabled account.
        """
        holder, stored = self._verified(login, password)
        with self.database.write() as connection:
            _still_so(connection, holder, stored)
            if old := store.get_session(connection, token_hash(previous)):
                store.end_session(connection, old[0].account_id, old[0].id)
            token, actor = _begin(connection, holder, client)
            record(connection, actor, Action.LOGIN, f"账号 {holder.login}", {})
        return token

    def recognise(self, token: str, key: str) -> Actor | None:
        """Whose session token or API key this is; LOCAL while there is no account; None for everybody else."""
        now = clock.now()
        with self.database.read() as connection:
            by_key = store.get_key(connection, token_hash(key)) if key.startswith(KEY_PREFIX) else None
            by_session = store.get_session(connection, token_hash(token)) if token and not key else None
            found = by_key or by_session
            if found is None:
                return None if store.any_account(connection) else LOCAL
            way, holder = found
            if not holder.enabled or not (way.usable(now) if isinstance(way, ApiKey) else not way.ended(now)):
                return None
            roles = way.roles & holder.roles if isinstance(way, ApiKey) else holder.roles
            seen = sight_of(connection, holder.id, roles, clock.in_china(now).date().isoformat())
        if isinstance(way, ApiKey):
            self._touch_key(way)
            actor = Actor(holder.id, holder.login, holder.name, roles, "接口密钥")
        else:
            if way.worth_touching(now):
                with self.database.write() as connection:
                    store.touch_session(connection, way.id, clock.stamp(now))
            actor = _by_session(way, holder)
        return replace(actor, unit_id=seen.unit_id, acts_for=seen.acts_for, sees=seen.sees)

    def leave(self, actor: Actor) -> None:
        """Sign out."""
        with self.database.write() as connection:
            if store.end_session(connection, actor.account_id, actor.session_id):
                record(connection, actor, Action.LOGOUT, f"账号 {actor.login}", {})

    def sessions(self, actor: Actor) -> list[Session]:
        """Where the actor is signed in, the latest used first."""
        now = clock.now()
        with self.database.read() as connection:
            return [one for one in store.sessions_of(connection, actor.account_id) if not one.ended(now)]

    def end(self, actor: Actor, session_id: str) -> None:
        """End one of the actor's own sessions; raises NotFoundError."""
        with self.database.write() as connection:
            if not store.end_session(connection, actor.account_id, session_id):
                raise NotFoundError("没有这个会话，可能已经结束了")
            record(connection, actor, Action.SESSIONS_ENDED, f"账号 {actor.login}", {"会话数": 1})

    def end_others(self, actor: Actor) -> None:
        """End all of the actor's own sessions but this one."""
        with self.database.write() as connection:
            if ended := store.end_sessions(connection, actor.account_id, but=actor.session_id):
                record(connection, actor, Action.SESSIONS_ENDED, f"账号 {actor.login}", {"会话数": ended})

    def change_password(self, actor: Actor, old: str, new: str, client: str = "") -> str:
        """Change the actor's own password. All sessions end; the token of a new one for this browser.

        Raises InputError for a bad new password, UnauthorizedError and ThrottledError as `enter` does.
        """
        password = passwords.check(new, actor.login, actor.name)
        holder, stored = self._verified(actor.login, old, wrong="现在的密码不对")
        replacement = passwords.hashed(password)
        with self.database.write() as connection:
            _still_so(connection, holder, stored)
            store.set_password(connection, holder.id, replacement, must_change=False)
            store.end_sessions(connection, holder.id)
            token, _ = _begin(connection, holder, client)
            record(connection, actor, Action.PASSWORD_CHANGED, f"账号 {actor.login}", {})
        return token

    def _verified(self, typed: str, password: str, wrong: str = _WRONG) -> tuple[Account, str]:
        """The account, and the password hash that fitted."""
        login = as_login(typed)
        # So short that it tells nothing of a password that somebody typed as the name, long enough to tell names apart.
        who = token_hash(typed if login is None else login)[:4]
        failures = self._claim(who)
        found = None
        if login is not None:
            with self.database.read() as connection:
                found = store.get_login(connection, login)
        right = passwords.matches(password, found[1] if found else None)
        if found and right and found[0].enabled:
            self._forgive(who)
            return found
        self._record_failure(found[0] if found else None, failures)
        if found and right:
            raise ForbiddenError("这个账号已停用，请找管理员")
        raise UnauthorizedError(wrong)

    def _claim(self, who: str) -> Failures:
        """Count a failure before the password is looked at: many attempts at once then can't slip through."""
        now = clock.now()
        with self.database.write() as connection:
            everybody, one = store.lock_failures(connection, _ALL), store.lock_failures(connection, who)
            wait = max(seconds_left(ALL_LOGINS, everybody, now), seconds_left(ONE_LOGIN, one, now))
            if wait:
                raise ThrottledError(f"登录失败次数太多，请等 {_in_words(wait)}再试", wait)
            store.set_failures(connection, _ALL, with_one_more(ALL_LOGINS, everybody, now))
            one = with_one_more(ONE_LOGIN, one, now)
            store.set_failures(connection, who, one)
        return one

    def _forgive(self, who: str) -> None:
        """It was no failure: nothing is held against this name, and one less against all together."""
        with self.database.write() as connection:
            everybody = store.lock_failures(connection, _ALL)
            store.set_failures(connection, _ALL, Failures(max(0, everybody.count - 1), everybody.last_at))
            store.set_failures(connection, who, Failures())

    def _record_failure(self, holder: Account | None, failures: Failures) -> None:
        # People type passwords into the field of the name: what is no account's name is not written down.
        subject = f"账号 {holder.login}" if holder else "没有的登录名"
        wait = seconds_left(ONE_LOGIN, failures, clock.now())
        detail = {"连续失败": failures.count, "要等秒数": wait, "账号已停用": bool(holder and not holder.enabled)}
        nobody = Actor(holder.id if holder else "", "", holder.name if holder else "未登录", frozenset(), "会话")
        with self.database.write() as connection:
            record(connection, nobody, Action.LOGIN_FAILED, subject, detail)

    def _touch_key(self, key: ApiKey) -> None:
        day = clock.now().date().isoformat()
        if key.last_used_on != day:
            with self.database.write() as connection:
                store.touch_key(connection, key.id, day)


def _still_so(connection: Connection, holder: Account, stored: str) -> None:
    """Since the password was looked at nobody disabled the account or changed it; nobody can until the commit."""
    found = store.get_login(connection, holder.login, lock=True)
    if found is None or not found[0].enabled or found[1] != stored:
        raise ForbiddenError("这个账号刚刚被停用或改了密码，请重新登录或找管理员")


def _begin(connection: Connection, holder: Account, client: str) -> tuple[str, Actor]:
    """A new session with a new token, always: one that somebody planted before can't become valid."""
    now = clock.now()
    store.sweep_sessions(connection, clock.stamp(now - IDLE), clock.stamp(now - ABSOLUTE))
    token, began = secrets.token_urlsafe(32), clock.stamp(now)
    begun = Session(str(uuid.uuid4()), holder.id, began, began, _printable(client)[:_MOST_OF_A_CLIENT])
    store.add_session(connection, begun, token_hash(token))
    return token, _by_session(begun, holder)


def _by_session(session: Session, holder: Account) -> Actor:
    return Actor(holder.id, holder.login, holder.name, holder.roles, "会话", holder.must_change_password, session.id)


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def _in_words(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} 分 {rest} 秒" if minutes and rest else f"{minutes} 分钟" if minutes else f"{rest} 秒"
