"""/api/v1/cases/{id}/file: the whole file (完整档案) of a dispute as JSON, masked unless asked otherwise."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from service.accounts.gate import Signed
from service.cases.dossier import Dossiers
from service.cases.showing import Shown, ShownIncident, shown
from service.cases.track import Line
from service.web.answers import only

router = APIRouter(prefix="/api/v1/cases", tags=["档案"], responses=only(401, 403))


class PartyOut(BaseModel):
    """警情里的一个人。"""

    role: str = Field(description="身份：报警人、当事人、受害方、相关人")
    name: str = Field(description="姓名", examples=["王**"])
    phone: str = Field(description="电话", examples=["138****5678"])
    id_number: str = Field(description="证件号码")
    address: str = Field(description="住址")


class ChoiceOut(BaseModel):
    """人对建议的一次决定。"""

    chosen_at: str = Field(description="时间，UTC")
    person: str = Field(description="办理人")
    second_person: str = Field(description="复核人；没有则空")
    accepted: bool = Field(description="true 为按建议办理，false 为另行决定")
    dispute_type: str = Field(description="纠纷类型")
    department: str = Field(description="接收部门")
    co_departments: list[str] = Field(description="协办部门")
    colour: str = Field(description="预警颜色")
    reason: str = Field(description="另行决定的理由")


class IncidentOut(BaseModel):
    """档案里的一条警情。"""

    id: str = Field(description="警情编号，也是研判记录的编号")
    alarm_number: str = Field(description="接警编号")
    linked_alarm: str = Field(description="关联警单")
    happened_at: str = Field(description="报警时间，UTC")
    place: str = Field(description="事发地址")
    station: str = Field(description="来源单位")
    confidential: bool = Field(description="是否保密")
    text: str = Field(description="警情描述")
    parties: list[PartyOut] = Field(description="人员")
    choices: list[ChoiceOut] = Field(description="人的决定，旧的在前")


class FactOut(BaseModel):
    """轨迹里的一项内容。"""

    name: str = Field(description="名称")
    words: str = Field(description="内容")


class LineOut(BaseModel):
    """一条轨迹。"""

    seq: int = Field(description="序号，从 1 开始")
    at: str = Field(description="时间，UTC")
    act: str = Field(description="事项", examples=["流转"])
    who: str = Field(description="谁")
    unit: str = Field(description="单位")
    stance: str = Field(description="以什么身份")
    was: str | None = Field(description="原状态；状态没有变则没有")
    now: str | None = Field(description="新状态；状态没有变则没有")
    reason: str = Field(description="理由或说明")
    facts: list[FactOut] = Field(description="其他内容")
    hash: str = Field(description="SHA-256，盖住这条轨迹和前一条的哈希；遮盖过的文字算不回去")


class AttachmentOut(BaseModel):
    """一个附件；内容另行下载。"""

    id: str = Field(description="编号")
    name: str = Field(description="文件名")
    media_type: str = Field(description="格式")
    size: int = Field(description="字节数")
    sha256: str = Field(description="内容的 SHA-256")
    added_at: str = Field(description="时间，UTC")
    added_by: str = Field(description="谁加的")


class CaseFileOut(BaseModel):
    """一件纠纷的完整档案。"""

    id: str = Field(description="编号")
    number: str = Field(description="档案号", examples=["2026-000001"])
    version: int = Field(description="第几版，就是轨迹有几条")
    state: str = Field(description="状态", examples=["办理中"])
    colour: str = Field(description="预警颜色")
    owner: str = Field(description="责任层级")
    dispute_type: str = Field(description="纠纷类型")
    place: str = Field(description="事发地址")
    station: str = Field(description="来源单位")
    centre: str = Field(description="矛调中心；没有流转则空")
    lead: str = Field(description="主办单位；没有分派则空")
    co_handlers: list[str] = Field(description="协办单位")
    opened_at: str = Field(description="建档时间，UTC")
    closed_at: str | None = Field(description="结束时间，UTC；没有结束则没有")
    recurrences: int = Field(description="再次激发几次")
    returns: int = Field(description="退回几次")
    resolution: str = Field(description="化解方式；没有化解则空")
    agreement: str = Field(description="协议是哪个附件；没有则空")
    personal: bool = Field(description="true 为个人信息明文，false 为已遮盖")
    incidents: list[IncidentOut] = Field(description="警情，先发生的在前")
    track: list[LineOut] = Field(description="轨迹，旧的在前")
    attachments: list[AttachmentOut] = Field(description="附件")


def dossiers(request: Request) -> Dossiers:
    """The cases that the application opened at its start."""
    return Dossiers(request.app.state.cases)


Files = Annotated[Dossiers, Depends(dossiers)]


@router.get("/{identity}/file", summary="导出完整档案", responses=only(404))
def export(
    identity: str,
    actor: Signed,
    files: Files,
    personal: Annotated[bool, Query(description="要个人信息明文；只给来源单位、矛调中心和主办单位")] = False,
) -> CaseFileOut:
    """警情、人员、轨迹、附件清单和化解情况。每次导出都记入审计。"""
    dossier = files.hand_out(actor, identity, revealed=personal)
    return exported(shown(dossier, files.cases.policy, revealed=personal))


def exported(view: Shown) -> CaseFileOut:
    """What is shown of a case, as it is exported."""
    dossier, case = view.dossier, view.dossier.case
    return CaseFileOut(
        id=case.id,
        number=case.number,
        version=case.version,
        state=case.state,
        colour=case.colour,
        owner=view.owner,
        dispute_type=case.dispute_type,
        place=case.place,
        station=dossier.unit(case.station_id),
        centre=dossier.unit(case.centre_id),
        lead=dossier.unit(case.lead_id),
        co_handlers=[dossier.unit(one) for one in case.co_ids],
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        recurrences=case.recurrences,
        returns=case.returns,
        resolution=case.resolution,
        agreement=case.agreement,
        personal=view.revealed,
        incidents=list(map(_incident, view.incidents)),
        track=list(map(_line, reversed(view.track))),
        attachments=[
            AttachmentOut(
                id=one.id,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                sha256=one.sha256,
                added_at=one.added_at,
                added_by=one.added_by_name,
            )
            for one in view.files
        ],
    )


def _incident(one: ShownIncident) -> IncidentOut:
    known = one.registration
    return IncidentOut(
        id=one.incident.id,
        alarm_number=known.alarm_number,
        linked_alarm=known.linked_alarm,
        happened_at=known.happened_at,
        place=known.place,
        station=one.station,
        confidential=known.confidential,
        text=one.text,
        parties=[
            PartyOut(
                role=party.role,
                name=party.name,
                phone=party.phone,
                id_number=party.id_number,
                address=party.address,
            )
            for party in known.parties
        ],
        choices=[
            ChoiceOut(
                chosen_at=choice.chosen_at,
                person=choice.person,
                second_person=choice.second_person,
                accepted=choice.accepted,
                dispute_type=choice.outcome.dispute_type,
                department=choice.outcome.department,
                co_departments=list(choice.outcome.co_departments),
                colour=choice.outcome.colour,
                reason=choice.reason,
            )
            for choice in (one.kept.choices if one.kept else ())
        ],
    )


def _line(line: Line) -> LineOut:
    return LineOut(
        seq=line.seq,
        at=line.at,
        act=line.act,
        who=line.who,
        unit=line.unit,
        stance=line.stance,
        was=line.was,
        now=line.now,
        reason=line.reason,
        facts=[FactOut(name=name, words=words) for name, words in line.facts],
        hash=line.hash,
    )
