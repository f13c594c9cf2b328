"""Is the service alive, is it ready, and what is it made of just now."""

import logging
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import State

from service.intake.actions import Intake
from service.storage import migrate
from service.storage.database import DatabaseError

logger = logging.getLogger(__name__)
router = APIRouter(tags=["运行状况"])


def report(state: State) -> dict[str, Any]:
    """Of a running application: versions, and whatever works in a lesser way; needs no database."""
    desk: Intake = state.intake
    ruleset = desk.ruleset
    failures = [desk.in_force.failure, *(one.failure for one in state.repeating)]
    notices = [*state.found, *ruleset.notices, *filter(None, failures)]
    if desk.model.tokenizer.implementation != "rjieba":
        notices.append(desk.model.tokenizer_note)
    return {
        "status": "ok" if not notices else "degraded",
        "notices": notices,
        "model": desk.model.fingerprint,
        "tokenizer": desk.model.tokenizer_note,
        "ruleset": ruleset.version,
        "engine": ruleset.engine,
    }


@router.get("/api/v1/health", summary="健康")
@router.get("/livez", include_in_schema=False)
def health(request: Request) -> dict[str, Any]:
    """进程活着；用的是哪个模型、规则集和引擎，有没有降级。不查数据库。"""
    return report(request.app.state)


@router.get("/api/v1/ready", summary="就绪", responses={503: {"description": "数据库不可用或版本不对"}})
@router.get("/readyz", include_in_schema=False)
def ready(request: Request) -> JSONResponse:
    """能不能接活：数据库连得上、版本对、模型和规则集已载入。"""
    desk: Intake = request.app.state.intake
    try:
        revision = migrate.revision(desk.database)
    except DatabaseError:
        logger.exception("数据库不可用")
        return JSONResponse({"ready": False, "message": "数据库不可用"}, status_code=503)
    good = revision == migrate.head()
    message = "就绪" if good else f"数据库版本是 {revision}，应为 {migrate.head()}；请运行 tongban db upgrade"
    return JSONResponse({"ready": good, "message": message}, status_code=200 if good else 503)
