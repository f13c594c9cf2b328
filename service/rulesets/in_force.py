"""The rule set that decides in this process: exchanged whole when another is published, kept on any failure."""

import logging
import threading
from collections.abc import Callable
from typing import Self

from rules import Ruleset, load_texts
from service import clock
from service.errors import TongbanError
from service.rulesets import store
from service.rulesets.model import Publication
from service.storage.database import Database, DatabaseError

logger = logging.getLogger(__name__)

# Seconds between two looks at what is published. A look may find a load under way: pause and two loads stay below two.
_PAUSE = 0.5

Check = Callable[[Ruleset], None]


class InForce:
    """Holds one reference; whoever decides takes it once. `check` raises TongbanError for a rule set that can't serve.

    `number` is that of the publication it came from, 0 for the rules that came with the program or the settings.
    """

    def __init__(self, ruleset: Ruleset, *, number: int = 0) -> None:
        self._held = (number, ruleset)
        self._failed: int | None = None
        self._why_failed = self._why_not_seen = ""
        # The thread that follows and somebody who publishes must not put an older version over a newer one.
        self._following = threading.Lock()

    @property
    def failure(self) -> str:
        """Why the newest version does not decide here, or why it is not known which that is; "" where all is well."""
        return "；".join(filter(None, (self._why_failed, self._why_not_seen)))

    @property
    def ruleset(self) -> Ruleset:
        """The rule set that decides now."""
        return self._held[1]

    @property
    def number(self) -> int:
        """The publication that it came from."""
        return self._held[0]

    @property
    def newest(self) -> int:
        """The newest publication seen, whether it could be taken up or not: what a new draft follows on."""
        return max(self.number, self._failed or 0)

    def follow(self, database: Database, check: Check) -> bool:
        """Take up what is published if it is another; says whether. A version that fails is tried once and told of."""
        with self._following:
            try:
                with database.read() as connection:
                    number = store.newest_number(connection)
                    made = None if number in (self.number, self._failed) else store.publications(connection, 1)[0]
                    files = store.files_of(connection, made.version) if made else {}
            except DatabaseError as error:
                if not self._why_not_seen:
                    logger.exception("查不到规则的版本")
                self.not_seen(error)
                return False
            self._why_not_seen = ""
            return made is not None and self._take_up(made, files, check)

    def not_seen(self, error: Exception) -> None:
        """It could not be seen what is published; told until the next good look."""
        self._why_not_seen = f"查不到有没有发布新的规则（{type(error).__name__}），仍用手上的版本"

    def fell_back(self, newest: int, why: str) -> None:
        """The newest version could not be taken up at the start."""
        self._failed, self._why_failed = newest, why

    def _take_up(self, made: Publication, files: dict[str, str], check: Check) -> bool:
        try:
            ruleset = _loaded(made, files, check)
        except Exception as error:
            self._failed = made.number
            self._why_failed = f"第 {made.number} 版规则载入不了，仍用第 {self.number} 版：{error}"
            logger.exception("第 %s 版规则载入不了", made.number)
            return False
        # The one before is released with its last holder: decisions in flight finish on what they began with.
        self._held, self._failed, self._why_failed = (made.number, ruleset), None, ""
        logger.info("规则换成第 %s 版：%s", made.number, ruleset.version)
        return True


def open_in_force(database: Database, default: Ruleset, check: Check) -> InForce:
    """The newest publication that can serve, else the default; what could not is told of."""
    with database.read() as connection:
        made = store.publications(connection)
    failures: list[str] = []
    for one in made:
        try:
            with database.read() as connection:
                files = store.files_of(connection, one.version)
            ruleset = _loaded(one, files, check)
        except TongbanError as error:
            failures.append(f"第 {one.number} 版规则载入不了：{error.message}")
            logger.error("第 %s 版规则载入不了：%s", one.number, error.message)
            continue
        found = InForce(ruleset, number=one.number)
        break
    else:
        found = InForce(default)
    if failures:
        used = f"第 {found.number} 版" if found.number else "自带规则"
        found.fell_back(made[0].number, f"{'；'.join(failures)}。现用{used}")
    return found


def _loaded(made: Publication, files: dict[str, str], check: Check) -> Ruleset:
    ruleset, problems = load_texts(files, today=clock.now().date())
    if ruleset is None:
        raise TongbanError("；".join(map(str, problems[:3])))
    if ruleset.version != made.version:
        raise TongbanError(f"内容与登记的版本 {made.version} 不符")
    check(ruleset)
    return ruleset


class Follower:
    """Follows what is published, in a thread of its own, while the service runs."""

    def __init__(self, in_force: InForce, database: Database, check: Check, *, pause: float = _PAUSE) -> None:
        self._in_force, self._database, self._check, self._pause = in_force, database, check, pause
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rulesets", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._pause):
            try:
                self._in_force.follow(self._database, self._check)
            except Exception as error:  # the next look may succeed; a thread that ends follows nothing
                if not self._in_force.failure:
                    logger.exception("查看有没有发布新的规则时出错")
                self._in_force.not_seen(error)
