"""/api/v1/suggestions: suggest one or many, read one again, accept or choose otherwise."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.gate import Signed
from service.accounts.model import Role
from service.incidents.model import MOST_PARTIES, Party, PartyRole, Registration
from service.intake.actions import MOST_AT_ONCE, Intake
from service.intake.model import KeptSuggestion, Proposal
from service.linking.actions import Linking
from service.web.answers import only

router = APIRouter(prefix="/api/v1/suggestions", tags=["研判建议"], responses=only(401, 403))

_EXAMPLE = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"


class PartyIn(BaseModel):
    """一个当事人，知道多少写多少。"""

    model_config = ConfigDict(extra="forbid")

    role: PartyRole = Field(default=PartyRole.CALLER, description="身份")
    name: str = Field(default="", max_length=80, description="姓名")
    phone: str = Field(default="", max_length=40, description="电话")
    id_number: str = Field(default="", max_length=40, description="证件号码")


class IncidentIn(BaseModel):
    """一条警情。"""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="警情描述，中文，最多 10000 字", examples=[_EXAMPLE])
    facts: dict[str, bool | int | float | str] = Field(
        default_factory=dict,
        max_length=50,
        description="描述之外已知的事实，名称与规则集一致，如近90天重复次数、调解失败次数、时刻",
        examples=[{"近90天重复次数": 2}],
    )
    parties: list[PartyIn] = Field(
        default_factory=list, max_length=MOST_PARTIES, description="当事人；用来认出同一纠纷以前的警情，得出次数"
    )
    place: str = Field(default="", max_length=200, description="事发地址", examples=["柳塘镇桥头小区3幢201室"])
    alarm_number: str = Field(default="", max_length=60, description="接警编号")
    linked_alarm: str = Field(default="", max_length=60, description="关联的接警编号")
    happened_at: str = Field(default="", max_length=40, description="报警时间，如 2026-03-01T09:05+08:00；不填为现在")

    @property
    def told(self) -> Registration:
        """What it says besides text and facts."""
        return Registration(
            alarm_number=self.alarm_number,
            linked_alarm=self.linked_alarm,
            happened_at=self.happened_at,
            place=self.place,
            parties=tuple(Party(one.role, one.name, one.phone, one.id_number) for one in self.parties),
        )


class IncidentsIn(BaseModel):
    """一批警情，1 到 500 条。"""

    model_config = ConfigDict(extra="forbid")

    items: list[IncidentIn] = Field(min_length=1, max_length=MOST_AT_ONCE, description="逐条研判，顺序不变")


class ChoiceIn(BaseModel):
    """接受建议，或另行决定并说明理由。"""

    model_config = ConfigDict(extra="forbid")

    accept: bool = Field(description="true 为按建议办理；false 为另行决定")
    person: str = Field(default="", description="办理人，最多 80 字；登录后就是登录的人，不必填")
    reason: str = Field(default="", description="另行决定的理由，必填，最多 2000 字")
    second_person: str = Field(default="", description="复核人；调低最高一级颜色时必填，不能与办理人相同")
    dispute_type: str | None = Field(default=None, description="不填则不改")
    department: str | None = Field(default=None, description="接收部门；不填则不改")
    co_departments: list[str] | None = Field(default=None, max_length=30, description="协办部门；不填则不改")
    colour: str | None = Field(default=None, description="预警颜色；不填则不改")
    seen: int | None = Field(default=None, ge=0, description="您看到的 choices 条数；后来有人改过就拒绝")


def intake(request: Request, actor: Signed) -> Intake:
    """The desk that the application opened at its start, for who may sit at it; raises ForbiddenError."""
    actor.require(Role.DUTY)
    desk: Intake = request.app.state.intake
    return desk


Desk = Annotated[Intake, Depends(intake)]


@router.post("", status_code=201, summary="研判一条", responses=only(413, 422), response_description="建议全文")
def suggest_one(incident: IncidentIn, desk: Desk, request: Request) -> Response:
    """读一条描述，给出类型、风险、接收部门、颜色和理由；先整条存档，再返回。

    同一纠纷以前有过警情的，次数自动成为已知的事实，出处写在 history 里；facts 里填了的以填的为准。
    """
    past = _links(request).past(incident.text, incident.told)
    return _json(desk.suggest(incident.text, incident.facts, "接口", past).body, 201)


@router.post("/batch", status_code=201, summary="研判一批", responses=only(413, 422))
def suggest_many(incidents: IncidentsIn, desk: Desk, request: Request) -> dict[str, list[dict[str, Any]]]:
    """最多 500 条；读不懂的那条在原位置写明 error，不影响其他。"""
    links = _links(request)
    pasts = [partial(links.past, item.text, item.told) for item in incidents.items]
    results = desk.suggest_many([(item.text, item.facts) for item in incidents.items], "批量", pasts)
    return {"items": [result.shown for result in results]}


@router.get("/{identity}", summary="再看一条", responses=only(404))
def read_one(identity: str, desk: Desk) -> dict[str, Any]:
    """当时给出的建议原文，和后来人的选择。"""
    return _whole(desk.find(identity))


@router.post("/{identity}/choices", status_code=201, summary="接受或另行决定", responses=only(404, 409, 413, 422))
def choose(identity: str, choice: ChoiceIn, desk: Desk, actor: Signed) -> dict[str, Any]:
    """人的选择记在建议旁边，不改建议。没填的项沿用现有决定。"""
    proposal = Proposal(
        accepted=choice.accept,
        person=choice.person,
        reason=choice.reason,
        second_person=choice.second_person,
        dispute_type=choice.dispute_type,
        department=choice.department,
        co_departments=choice.co_departments,
        colour=choice.colour,
        seen=choice.seen,
    )
    return _whole(desk.choose(identity, proposal, actor))


def _links(request: Request) -> Linking:
    links: Linking = request.app.state.linking
    return links


def _whole(kept: KeptSuggestion) -> dict[str, Any]:
    return kept.shown | {
        "choices": [
            {
                "seq": choice.seq,
                "chosen_at": choice.chosen_at,
                "accepted": choice.accepted,
                "dispute_type": choice.outcome.dispute_type,
                "department": choice.outcome.department,
                "co_departments": list(choice.outcome.co_departments),
                "colour": choice.outcome.colour,
                "reason": choice.reason,
                "person": choice.person,
                "second_person": choice.second_person,
            }
            for choice in kept.choices
        ]
    }


def _json(body: str, status: int) -> Response:
    return Response(body, status_code=status, media_type="application/json")
