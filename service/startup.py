"""From settings to a desk that can take incidents: database migrated, model trained or loaded, rules checked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from classifier import model_file
from classifier.examples import Example, ExampleError, examples_in, lines_in, shipped_rows
from classifier.fingerprint import fingerprint
from classifier.model import Model
from classifier.model_card import model_card
from classifier.phrases import PhraseError
from classifier.training import train_and_check
from rules import FactError, Problem, Ruleset, load, load_texts
from service.errors import SetupError
from service.intake.actions import Intake
from service.learning import reviewed
from service.retention.policy import Retention
from service.retention.reading import load_retention
from service.rulesets import versions
from service.rulesets.actions import Rulesets
from service.rulesets.in_force import InForce, open_in_force
from service.settings import Settings
from service.storage import migrate
from service.storage.database import Database, DatabaseError
from service.suggestion import suggest
from service.timing.policy import Policy
from service.timing.reading import Names, load_policy
from service.unswept import unswept

Progress = Callable[[float, str], None]

_FEWEST_KEY_BYTES = 32
_AWAY = "数据库连不上或还没有升级，查不到发布过的规则，用自带规则"


def silent(_share: float, _message: str) -> None:
    """Progress for nobody."""


def open_model(settings: Settings, progress: Progress = silent) -> Model:
    """The stored model if it is ours and up to date; else one is trained and stored."""
    key = _key(settings)
    if settings.model_file.exists():
        try:
            with unswept():
                model = model_file.load(settings.model_file, key)
        except model_file.ModelError as error:
            progress(0.0, f"{error}；重新训练")
        else:
            if model.fingerprint == fingerprint(_training_lines(settings)):
                return model
            progress(0.0, "样本、程序或依赖有变化，重新训练")
    return train_model(settings, progress)


def train_model(settings: Settings, progress: Progress = silent) -> Model:
    """Train, store the model and its card; raises SetupError where rows or lexicon are faulty."""
    try:
        trained = train_and_check(progress, training_rows(settings))
    except (ExampleError, PhraseError) as error:
        raise SetupError(f"训练不了：{error}") from error
    model_file.save(trained.model, settings.model_file, _key(settings))
    settings.model_card.write_text(model_card(trained), encoding="utf-8")
    return trained.model


def training_rows(settings: Settings) -> list[Example]:
    """The shipped rows, or those that the settings name, and the station's own that a person has reviewed."""
    try:
        return [*examples_in(_rows_folder(settings)), *reviewed.read(settings.reviewed_rows)]
    except ExampleError as error:
        raise SetupError(f"训练样本有误：{error}") from error


def _training_lines(settings: Settings) -> list[str]:
    """What `training_rows` reads, unread: a start need not."""
    try:
        return [*lines_in(_rows_folder(settings)), *reviewed.lines(settings.reviewed_rows)]
    except ExampleError as error:
        raise SetupError(f"训练样本有误：{error}") from error


def _rows_folder(settings: Settings) -> Traversable:
    return settings.training_rows or shipped_rows()


def _key(settings: Settings) -> bytes:
    try:
        return model_file.signing_key(settings.model_key)
    except OSError as error:
        raise SetupError(f"数据文件夹 {settings.data_dir} 不能用：{error}") from error


def load_in_force(settings: Settings, today: date, progress: Progress = silent) -> tuple[Ruleset | None, list[Problem]]:
    """The rule set published last, else that of the folder; None where a problem is an error.

    No model is needed, and the database is neither changed nor made; where it is away, `progress` is told.
    """
    published = None if settings.rules_path else _published_files(settings, progress)
    if published is not None:
        return load_texts(published, today=today)
    with rules_folder(settings) as folder:
        return load(folder, today=today)


def _published_files(settings: Settings, progress: Progress) -> Mapping[str, str] | None:
    database = Database(settings.database)
    try:
        return versions.newest_files(database) if database.exists else None
    except DatabaseError:
        progress(0.0, _AWAY)
        return None
    finally:
        database.close()


def open_ruleset(settings: Settings, today: date) -> Ruleset:
    """The rule set of the folder; raises SetupError with every problem if it can't be used."""
    with rules_folder(settings) as folder:
        ruleset, problems = load(folder, today=today)
    if ruleset is None:
        raise SetupError("规则集有错，不能启动：\n" + "\n".join(map(str, problems)))
    return ruleset


@contextmanager
def rules_folder(settings: Settings) -> Iterator[Path]:
    """The folder that decides while nothing is published: the station's own, or the shipped one."""
    if settings.rules_path is not None:
        if not settings.rules_path.exists():
            raise SetupError(f"没有这个规则集文件夹：{settings.rules_path}")
        yield settings.rules_path
    else:
        with as_file(files("rules") / "library") as folder:
            yield folder


def check_labels(model: Model, ruleset: Ruleset) -> None:
    """Types and signals have one home each; raises SetupError naming where model and rules differ."""
    declared, known = set(ruleset.dispute_types), set(model.dispute.labels)
    faults = []
    if missing := sorted(known - declared):
        faults.append(f"规则集的“纠纷类型”里缺：{'、'.join(missing)}")
    if extra := sorted(declared - known):
        faults.append(f"训练样本里没有规则集声明的纠纷类型：{'、'.join(extra)}")
    if unknown := sorted(set(model.signals.names) - set(ruleset.facts)):
        faults.append(f"规则集的事实里缺风险信号：{'、'.join(unknown)}")
    if faults:
        raise SetupError("规则集与模型对不上：\n" + "\n".join(faults))
    try:
        suggest("试一条", {}, model=model, ruleset=ruleset)
    except FactError as error:
        raise SetupError(f"规则集与模型对不上：{error}") from error


def open_link_key(settings: Settings) -> bytes:
    """The secret of linking. Where the settings name a file it is shared and must be there; raises SetupError."""
    if settings.link_key_file is not None and not settings.link_key_file.exists():
        raise SetupError(
            f"没有关联密钥文件 {settings.link_key_file}。"
            "第一台机器的在它的数据文件夹里，叫 link.key：请把它原样复制过来，只许运行服务的用户读"
        )
    try:
        key = model_file.signing_key(settings.link_key)
    except OSError as error:
        raise SetupError(f"关联密钥 {settings.link_key} 不能用：{error}") from error
    if len(key) < _FEWEST_KEY_BYTES:
        raise SetupError(f"关联密钥 {settings.link_key} 太短，至少 {_FEWEST_KEY_BYTES} 字节")
    return key


def open_policy(settings: Settings, ruleset: Ruleset) -> Policy:
    """The time limits; raises SetupError with every problem if they can't be used, or don't fit the rule set.

    The shipped ones are not held against a station's own rule set: it must not keep the desk from opening.
    """
    names = Names(ruleset.colours, ruleset.dispute_types) if settings.warning_file else None
    policy, problems = load_policy(settings.warning_file, names)
    if policy is None:
        raise SetupError("时限文件有错，不能启动：\n" + "\n".join(map(str, problems)))
    return policy


def open_retention(settings: Settings) -> Retention:
    """How long things are kept; raises SetupError with every problem if it can't be used."""
    found, problems = load_retention(settings.retention_file)
    if found is None:
        raise SetupError("保存期限文件有错，不能启动：\n" + "\n".join(map(str, problems)))
    return found


def open_database(settings: Settings) -> Database:
    """The database, at the newest form."""
    database = Database(settings.database)
    try:
        migrate.upgrade(database)
    except DatabaseError as error:
        raise SetupError(f"数据库用不了：{error}") from error
    except migrate.UnknownRevisionError as error:
        raise SetupError("数据库比程序新，请先升级程序") from error
    return database


def open_intake(settings: Settings, today: date, progress: Progress = silent, *, upgrade: bool = True) -> Intake:
    """The whole desk; raises SetupError when the parts don't fit.

    Without `upgrade` the database is not changed, and need not be there: for those who only read texts.
    """
    ruleset = open_ruleset(settings, today)
    model = open_model(settings, progress)
    check_labels(model, ruleset)
    database = open_database(settings) if upgrade else Database(settings.database)
    if not database.exists:
        return Intake(model, InForce(ruleset), database)
    try:
        in_force = _in_force(settings, model, ruleset, database)
    except DatabaseError:
        if upgrade:
            raise
        progress(0.0, _AWAY)
        in_force = InForce(ruleset)
    return Intake(model, in_force, database)


def _in_force(settings: Settings, model: Model, default: Ruleset, database: Database) -> InForce:
    """What was published last; the folder that the settings name, where they name one."""
    if settings.rules_path is not None:
        return InForce(default)
    return open_in_force(database, default, partial(check_labels, model))


def number_in_force(settings: Settings, database: Database, today: date) -> tuple[int, str]:
    """The publication that decides, 0 for the folder's rules, and why it is not the newest, "" where it is.

    Whether it fits the model is not asked, so that none need be loaded.
    """
    if settings.rules_path is not None:
        return 0, ""
    with open_ruleset(settings, today) as default:
        found = open_in_force(database, default, lambda _: None)
        found.ruleset.close()
    return found.number, found.failure


def open_rulesets(settings: Settings, desk: Intake) -> Rulesets:
    """Where rule sets are edited, for this desk."""
    folder = settings.rules_path
    fixed = (
        f"规则由设置 TONGBAN_RULES_PATH 的文件夹 {folder} 提供，改那里的文件；去掉这项设置后才能在这里发布"
        if folder
        else ""
    )
    return Rulesets(desk.in_force, desk.database, desk.model, partial(check_labels, desk.model), fixed)
