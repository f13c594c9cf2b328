"""Composition root of the web service: settings in, ASGI application out."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from importlib.resources import files

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from prometheus_fastapi_instrumentator import Instrumentator
from prometheus_fastapi_instrumentator.metrics import default
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from service import __version__, health
from service.accounts import administration
from service.accounts import api as accounts_api
from service.accounts import pages as accounts_pages
from service.accounts.actions import Accounts
from service.accounts.gate import Gate
from service.accounts.signing import SignIn
from service.audit import pages as audit_pages
from service.audit.actions import Trail
from service.cases import api as cases_api
from service.cases import export as case_export
from service.cases import lists as case_lists
from service.cases import pages as case_pages
from service.cases.actions import Cases
from service.cases.attachments import Attachments
from service.cases.overview import Overview
from service.chinese import explain
from service.clock import now
from service.errors import ThrottledError, TongbanError
from service.importing import api as importing_api
from service.importing import pages as importing_pages
from service.importing import working as importing_working
from service.importing.actions import Imports
from service.intake import api, pages
from service.intake.actions import Intake
from service.jobs.actions import Jobs
from service.jobs.worker import Worker
from service.linking import api as linking_api
from service.linking import pages as linking_pages
from service.linking.actions import Linking
from service.rescoring import api as rescoring_api
from service.rescoring import pages as rescoring_pages
from service.rescoring.actions import Rescoring
from service.rescoring.working import handlers
from service.retention import pages as retention_pages
from service.retention.actions import Erasing
from service.retention.pruning import Pruning
from service.rulesets import api as rules_api
from service.rulesets import pages as rules_pages
from service.rulesets import table_api, table_pages
from service.rulesets.actions import FaultyDraftError
from service.rulesets.table_exchange import FaultyTableError
from service.schedule import api as schedule_api
from service.schedule import pages as schedule_pages
from service.schedule.inbox import Inbox
from service.schedule.lists import Lists
from service.schedule.telling import Telling
from service.schedule.thread import Repeating
from service.schedule.ticking import Ticking
from service.settings import Settings
from service.startup import open_intake, open_link_key, open_policy, open_retention, open_rulesets
from service.statistics import api as statistics_api
from service.statistics import pages as statistics_pages
from service.statistics.actions import Statistics
from service.units import api as units_api
from service.units import pages as units_pages
from service.units.actions import Units
from service.units.standing_in import StandIns
from service.web import guards
from service.web.rendering import problem
from service.webhooks import api as webhooks_api
from service.webhooks import pages as webhooks_pages
from service.webhooks.actions import Webhooks

# More threads than this only wait for one another on two cores.
_THREADS = 8
_MOST_BYTES = 256 * 1024
# A whole rule set is sent at once, by a form with nine bytes a character.
_MORE_BYTES = {
    "/api/v1/suggestions/batch": 32 * 1024 * 1024,
    "/api/v1/rules/": 20 * 1024 * 1024,
    "/rules/": 20 * 1024 * 1024,
}
# Seconds between two looks at what comes round, at what is to be told, and at rows that are no longer needed.
_LOOK, _TELL, _PRUNE = 60.0, 3.0, 600.0
# Made once: a second application in one process would otherwise count nothing.
_count_request = default()


def create_app(settings: Settings | None = None, prepared: Intake | None = None) -> FastAPI:
    """The application. It opens database, model and rules when it starts, unless they come `prepared`."""

    configured = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        app.state.intake = desk = prepared or open_intake(configured, now().date())
        app.state.sign_in, app.state.accounts = SignIn(desk.database), Accounts(desk.database)
        app.state.trail = Trail(desk.database)
        app.state.statistics = Statistics(desk.database, lambda: desk.ruleset.colours)
        app.state.demonstration = app.state.trail.demonstration
        app.state.units = Units(desk.database, lambda: desk.ruleset.departments)
        app.state.stand_ins = StandIns(desk.database)
        app.state.rulesets = rulesets = open_rulesets(configured, desk)
        link_key = open_link_key(configured)
        app.state.cases = cases = Cases(desk.database, open_policy(configured, desk.ruleset), link_key=link_key)
        app.state.linking = linking = Linking(cases, link_key)
        app.state.found = tuple(filter(None, [linking.notice()]))
        app.state.overview = Overview(cases)
        app.state.attachments = attachments = Attachments(cases, configured.attachments_dir)
        app.state.attachment_mb = configured.attachment_mb
        attachments.sweep()
        retention = open_retention(configured)
        app.state.erasing = erasing = Erasing(cases, retention, configured.attachments_dir)
        policy = cases.policy
        app.state.inbox, app.state.lists = Inbox(desk.database), Lists(desk.database, policy)
        app.state.webhooks = webhooks = Webhooks(desk.database, configured.reachable)
        jobs = Jobs(desk.database)
        app.state.rescoring = rescoring = Rescoring(desk, jobs, configured)
        rescoring.sweep()
        app.state.importing = importing = Imports(desk, jobs, configured)
        importing.sweep()
        app.state.repeating = (
            Repeating("日清周结", Ticking(cases).look, pause=_LOOK),
            Repeating("消息", Telling(desk.database, policy).tell, pause=_TELL),
            Repeating("外发通知", webhooks.deliver, pause=_TELL),
            Repeating("到期清除", erasing.carry_out, pause=_LOOK),
            Repeating("到期记录", Pruning(desk.database, retention).prune, pause=_PRUNE),
        )
        work = handlers(configured) | importing_working.handlers(configured)
        with ExitStack() as running:
            for part in (rulesets.following(), Worker(jobs, work), *app.state.repeating):
                running.enter_context(part)
            yield
        desk.ruleset.close()
        desk.database.close()

    app = FastAPI(
        title="警情通办",
        version=__version__,
        description=(
            "读懂警情描述，建议纠纷类型、再发风险、接收部门与预警颜色，并说明理由。决定由人来做。\n\n"
            "建立账号以后，请求要带接口密钥：Authorization: Bearer tb_…"
        ),
        lifespan=lifespan,
        # Both load their scripts from the internet; a station has none.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    # Each is outside those above it: nobody unknown has a body read, and no foreign page reaches the gate.
    app.add_middleware(
        guards.SizeLimit,
        limit=_MOST_BYTES,
        larger=_MORE_BYTES,
        streamed={
            **dict.fromkeys((*rescoring_api.UPLOADS, *importing_api.UPLOADS), configured.upload_mb * 1024 * 1024),
            case_pages.UPLOADS: configured.attachment_mb * 1024 * 1024,
        },
    )
    app.add_middleware(Gate, refuse=_answer)
    app.add_middleware(guards.SameOrigin)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    app.add_middleware(guards.SafeHeaders)
    for module in (
        api,
        accounts_api,
        units_api,
        rules_api,
        table_api,
        rescoring_api,
        importing_api,
        cases_api,
        case_export,
        linking_api,
        schedule_api,
        statistics_api,
        webhooks_api,
        health,
        pages,
        linking_pages,
        accounts_pages,
        administration,
        units_pages,
        audit_pages,
        retention_pages,
        statistics_pages,
        rules_pages,
        table_pages,
        rescoring_pages,
        importing_pages,
        case_lists,
        case_pages,
        schedule_pages,
        webhooks_pages,
    ):
        # As they are: to include a router means to build each of its routes again, on the first request.
        app.router.routes.extend(module.router.routes)
    app.mount("/static", StaticFiles(directory=str(files("service") / "web" / "static")), name="static")
    metrics = Instrumentator(excluded_handlers=["/metrics", "/static", "/livez", "/readyz"])
    metrics.add(_count_request).instrument(app)
    metrics.expose(app, endpoint="/api/v1/metrics", tags=["运行状况"], summary="Prometheus 指标")
    metrics.expose(app, endpoint="/metrics", include_in_schema=False)

    @app.exception_handler(TongbanError)
    async def _ours(request: Request, error: TongbanError) -> Response:
        answer = _answer(request, error.status, error.message)
        if isinstance(error, FaultyDraftError) and request.url.path.startswith("/api/"):
            return JSONResponse(rules_api.faulty(error), status_code=error.status)
        if isinstance(error, FaultyTableError) and request.url.path.startswith("/api/"):
            return JSONResponse(table_api.faulty(error), status_code=error.status)
        if isinstance(error, ThrottledError):
            answer.headers["Retry-After"] = str(error.wait)
        return answer

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, 422, explain(error.errors()))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        known = {400: "请求内容读不出来，应是 UTF-8 的 JSON", 404: "没有这个地址", 405: "这个地址不接受这种请求"}
        return _answer(request, error.status_code, known.get(error.status_code, str(error.detail)))

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, _error: Exception) -> Response:
        # Starlette logs it and answers outside every middleware.
        answer = _answer(request, 500, "程序出错了，这次没有办成；请稍后再试，并告诉管理员")
        answer.headers.update(guards.HEADERS)
        return answer

    return app


def _answer(request: Request, status: int, message: str) -> Response:
    # A message may quote what was sent, and that may hold half a character.
    message = message.encode("utf-8", "replace").decode()
    if request.url.path.startswith("/api/"):
        return JSONResponse({"message": message}, status_code=status)
    return problem(request, status, message)
