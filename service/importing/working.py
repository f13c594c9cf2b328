"""What a job of importing does, in a process of its own: incidents of a file come in, what came of them goes out."""

from functools import partial
from typing import Any

from classifier import model_file
from classifier.model import Model
from rules import Ruleset, load_texts
from service import clock
from service.errors import SetupError
from service.importing.request import KIND, Shelf, order_of
from service.importing.run import Importing
from service.importing.scoring import Scorer
from service.jobs.child import Handler, Result, Work
from service.jobs.model import Progress
from service.rescoring.folder import Folder
from service.rulesets.store import files_of
from service.settings import Settings


def handlers(settings: Settings) -> dict[str, Handler]:
    """The handler of its kind of job."""
    return {KIND: partial(import_file, settings)}


def import_file(settings: Settings, work: Work) -> Result:
    """Import an uploaded file; of it only the refused rows stay."""
    asked: Any = work.job.parameters
    folder = Folder(settings.importing_dir / work.job.id)
    folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    shelf, source = Shelf(folder.path), folder.source(asked["suffix"])
    with folder.alone():
        if (done := shelf.result) is None:
            scorer = Scorer(_model(settings), _ruleset(work, asked["ruleset"]))
            importing = Importing(work.jobs.database, scorer, settings.link_key.read_bytes(), work.writing)
            done = importing.run(order_of(work.job, source), shelf.refusals, partial(_tell, work)).as_json
            shelf.keep_result(done)
        shelf.forget_rows(source)
    return done


def _tell(work: Work, rows: int, share: float) -> None:
    work.tell(Progress("导入", rows, share))


def _model(settings: Settings) -> Model:
    try:
        return model_file.load(settings.model_file, settings.model_key.read_bytes())
    except (OSError, model_file.ModelError) as error:
        raise SetupError(f"模型读不出来：{error}") from error


def _ruleset(work: Work, version: str) -> Ruleset:
    """The rules as they were in force when it was started, on the day of now; raises SetupError."""
    with work.jobs.database.read() as connection:
        files = files_of(connection, version)
    ruleset, problems = load_texts(files, today=clock.now().date(), engine=False)
    if ruleset is None:
        raise SetupError("当时的规则，这个版本的程序读不懂了：" + "；".join(map(str, problems[:3])))
    return ruleset
