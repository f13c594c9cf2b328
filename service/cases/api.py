"""/api/v1/cases: open a case from a suggestion, find cases, read one, join an incident to it, do something to it."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.gate import Signed
from service.accounts.model import as_identity
from service.cases.acts import ActIn, DispatchIn, ResolveIn, ShareIn, TransferIn, UnshareIn
from service.cases.dues import owed
from service.cases.export import CaseFileOut, Files, exported
from service.cases.life import State
from service.cases.model import Case
from service.cases.overview import Overview
from service.cases.search import MOST_LISTED, Filters
from service.cases.showing import shown
from service.incidents.api import RegistrationIn
from service.linking.actions import Linking
from service.web.answers import only

router = APIRouter(prefix="/api/v1/cases", tags=["档案"], responses=only(401, 403))

_A_PAGE = 50


class CaseIn(BaseModel):
    """由一条研判建档。"""

    model_config = ConfigDict(extra="forbid")

    suggestion_id: str = Field(description="研判记录的编号；类型和颜色用它现有的决定")
    registration: RegistrationIn = Field(default_factory=RegistrationIn, description="登记信息")


class JoinIn(CaseIn):
    """把一条研判并入已有的档案。"""

    reasons: list[Annotated[str, Field(max_length=200)]] = Field(
        default_factory=list,
        max_length=10,
        description="为什么是同一件纠纷，记入轨迹；不填就记机器找到的理由，没有找到的记“人工认定”",
        examples=[["同一报警人", "同一地址"]],
    )


class OwedOut(BaseModel):
    """档案欠着的一件事。"""

    what: str = Field(description="签收、反馈、回访、办结、复核", examples=["反馈"])
    by: str = Field(description="期限，北京时间；只有日期的，当天也算", examples=["2026-03-03"])
    late: bool = Field(description="是否超期")


class CaseOut(BaseModel):
    """档案的概况。"""

    id: str = Field(description="编号")
    number: str = Field(description="档案号", examples=["2026-000001"])
    version: int = Field(description="第几版；办事时放进 seen")
    state: str = Field(description="状态", examples=["办理中"])
    colour: str = Field(description="预警颜色", examples=["黄"])
    dispute_type: str = Field(description="纠纷类型", examples=["婚恋家庭"])
    place: str = Field(description="事发地址")
    station_id: str = Field(description="来源单位的编号")
    centre_id: str = Field(description="矛调中心的编号；没有流转则空")
    lead_id: str = Field(description="主办单位的编号；没有分派则空")
    co_ids: list[str] = Field(description="协办单位的编号")
    incidents: list[str] = Field(description="警情编号，先并入的在前")
    opened_at: str = Field(description="建档时间，UTC")
    changed_at: str = Field(description="最近一次办理的时间，UTC")
    returns: int = Field(description="退回几次")
    recurrences: int = Field(description="再次激发几次")
    held: bool = Field(description="是否保全：保全的到期也不清除")
    erased_at: str | None = Field(description="到期清除的时间，UTC；没有清除则没有")
    owed: list[OwedOut] = Field(description="欠着的事，超期的在前")


class CasesOut(BaseModel):
    """一页档案。"""

    items: list[CaseOut] = Field(description="颜色重的在前，同色先建档的在前")
    total: int = Field(description=f"共多少件，数到 {MOST_LISTED} 为止")
    more: bool = Field(description="true：比 total 还多，请缩小范围")
    colours: dict[str, int] = Field(description="各颜色多少件", examples=[{"红": 2, "黄": 15}])


class CaseOneOut(CaseFileOut):
    """一份档案，和您现在能办的事。"""

    owed: list[OwedOut] = Field(description="欠着的事，超期的在前")
    possible: list[str] = Field(description="您现在能办的事，作为 act", examples=[["签收", "退回"]])


def overview(request: Request) -> Overview:
    """The readings across cases that the application opened at its start."""
    opened: Overview = request.app.state.overview
    return opened


def linking(request: Request) -> Linking:
    """Linking as the application opened it at its start."""
    opened: Linking = request.app.state.linking
    return opened


Readings = Annotated[Overview, Depends(overview)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=80,
        description="幂等键：同一个键再发一次同样的请求，不会办两次",
        examples=["9b2f7c1e-open-1"],
    ),
]


@router.post("", status_code=201, summary="建档", responses=only(404, 409, 413, 422))
def open_case(new: CaseIn, actor: Signed, readings: Readings, key: Key = "") -> CaseOut:
    """登记一条警情并为它建档。角色：值班民警，要有所属单位。"""
    identity = as_identity(new.suggestion_id)
    return _out(readings, readings.cases.open(actor, identity, new.registration.registration(), key=key))


@router.get("", summary="查档案", responses=only(422))
def find(
    actor: Signed,
    readings: Readings,
    words: Annotated[str, Query(description="关键词：档案号、事发地址或纠纷类型里的字")] = "",
    state: Annotated[list[State] | None, Query(description="状态，可以有几个；不填则全部")] = None,
    colour: Annotated[str, Query(description="预警颜色")] = "",
    dispute_type: Annotated[str, Query(description="纠纷类型")] = "",
    unit_id: Annotated[str, Query(description="主办或协办单位的编号")] = "",
    opened_from: Annotated[date | None, Query(description="建档日期从")] = None,
    opened_to: Annotated[date | None, Query(description="建档日期到，当天也算")] = None,
    overdue: Annotated[bool, Query(description="true：只要有超期的")] = False,
    limit: Annotated[int, Query(ge=1, le=200, description="一页多少件")] = _A_PAGE,
    offset: Annotated[int, Query(ge=0, le=MOST_LISTED, description="跳过多少件")] = 0,
) -> CasesOut:
    """只列您看得到的：本单位经手的、共享给您的；矛调中心看全镇街，审计看全部。"""
    wanted = Filters(
        words=words,
        states=frozenset(state or ()),
        colour=colour,
        dispute_type=dispute_type,
        unit_id=unit_id,
        opened_from=opened_from,
        opened_to=opened_to,
        overdue=overdue,
    )
    found = readings.search(actor, wanted, limit=limit, offset=offset)
    items = [_out(readings, case) for case in found.cases]
    return CasesOut(items=items, total=min(found.total, MOST_LISTED), more=found.more, colours=dict(found.colours))


@router.get("/{identity}", summary="看一份档案", responses=only(404))
def read(
    identity: str,
    actor: Signed,
    files: Files,
    personal: Annotated[bool, Query(description="要个人信息明文；只给来源单位、矛调中心和主办单位，记入审计")] = False,
) -> CaseOneOut:
    """概况、警情、人员、轨迹（每条有哈希，旧的在前）和附件清单。个人信息遮盖，除非另要明文。"""
    dossier = files.reveal(actor, identity) if personal else files.read(actor, identity)
    return CaseOneOut(
        **exported(shown(dossier, files.cases.policy, revealed=personal)).model_dump(),
        owed=_owed(dossier.case, dossier.now),
        possible=[act.value for act in dossier.file.possible],
    )


@router.post("/{identity}/incidents", status_code=201, summary="并入一条警情", responses=only(404, 409, 413, 422))
def join(identity: str, new: JoinIn, actor: Signed, readings: Readings, request: Request, key: Key = "") -> CaseOut:
    """登记一条警情并入档案：未结的调高预警，已结的重新打开。来源单位、矛调中心。"""
    case_id, suggestion_id = as_identity(identity), as_identity(new.suggestion_id)
    registration, links = new.registration.registration(), linking(request)
    reasons = tuple(new.reasons) or links.reasons(actor, suggestion_id, case_id, registration)
    return _out(readings, readings.cases.join(actor, case_id, suggestion_id, registration, reasons=reasons, key=key))


@router.post("/{identity}/acts", status_code=201, summary="办一件事", responses=only(404, 409, 413, 422))
def act(identity: str, wanted: Annotated[ActIn, Body()], actor: Signed, readings: Readings, key: Key = "") -> CaseOut:
    """由 act 决定办什么、要哪些项。状态不允许、或别人刚办过（seen 不符）时是 409，不归您办时是 403。"""
    case_id, seen = as_identity(identity), wanted.seen
    match wanted:
        case TransferIn():
            case = readings.cases.transfer(actor, case_id, wanted.note, seen=seen, key=key)
        case DispatchIn():
            case = readings.dispatch(actor, case_id, wanted.command(), seen=seen, key=key)
        case ResolveIn():
            case = readings.resolve(actor, case_id, wanted.command(), seen=seen, key=key)
        case ShareIn():
            case = readings.share(actor, case_id, wanted.account_id, seen=seen, key=key)
        case UnshareIn():
            case = readings.unshare(actor, case_id, wanted.account_id, seen=seen, key=key)
        case _:
            case = readings.cases.do(actor, case_id, wanted.command(), seen=seen, key=key)
    return _out(readings, case)


def _out(readings: Overview, case: Case) -> CaseOut:
    return CaseOut(
        id=case.id,
        number=case.number,
        version=case.version,
        state=case.state,
        colour=case.colour,
        dispute_type=case.dispute_type,
        place=case.place,
        station_id=case.station_id,
        centre_id=case.centre_id,
        lead_id=case.lead_id,
        co_ids=list(case.co_ids),
        incidents=list(case.incidents),
        opened_at=case.opened_at,
        changed_at=case.changed_at,
        returns=case.returns,
        recurrences=case.recurrences,
        held=bool(case.hold),
        erased_at=case.erased_at,
        owed=_owed(case, readings.cases.now()),
    )


def _owed(case: Case, now: datetime) -> list[OwedOut]:
    return [OwedOut(what=one.what, by=one.by, late=one.late) for one in owed(case, now)]
