"""/api/v1/suggestions: suggest one or many, read one again, accept or choose otherwise."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.gate import Signed
from service.accounts.model import Role
from service.incidents.api import RegistrationIn
from service.intake.actions import MOST_AT_ONCE, Intake
from service.intake.model import KeptSuggestion, Proposal
from service.linking.actions import Linking
from service.linking.lookup import Past
from service.web.answers import only

router = APIRouter(prefix="/api/v1/suggestions", tags=["研判建议"], responses=only(401, 403))

_EXAMPLE = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"


class IncidentIn(RegistrationIn):
    """一条警情。登记信息用来认出同一纠纷以前的警情，得出次数；不知道的不填。"""

    text: str = Field(description="警情描述，中文，最多 10000 字", examples=[_EXAMPLE])
    facts: dict[str, bool | int | float | str] = Field(
        default_factory=dict,
        max_length=50,
        description="描述之外已知的事实，名称与规则集一致，如近90天重复次数、调解失败次数、时刻",
        examples=[{"近90天重复次数": 2}],
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
def suggest_one(incident: IncidentIn, desk: Desk, actor: Signed, request: Request) -> Response:
    """读一条描述，给出类型、风险、接收部门、颜色和理由；先整条存档，再返回。

    同一纠纷以前有过警情的，次数自动成为已知的事实，出处写在 history 里；facts 里填了的以填的为准。
    """
    past = _past(_links(request), incident)
    return _json(desk.suggest(incident.text, incident.facts, "接口", past, actor).body, 201)


@router.post("/batch", status_code=201, summary="研判一批", responses=only(413, 422))
def suggest_many(
    incidents: IncidentsIn, desk: Desk, actor: Signed, request: Request
) -> dict[str, list[dict[str, Any]]]:
    """最多 500 条；读不懂的那条在原位置写明 error，不影响其他。"""
    links = _links(request)
    pasts = [partial(_past, links, item) for item in incidents.items]
    results = desk.suggest_many([(item.text, item.facts) for item in incidents.items], "批量", pasts, actor)
    return {"items": [result.shown for result in results]}


@router.get("/{identity}", summary="再看一条", responses=only(404))
def read_one(identity: str, desk: Desk, actor: Signed) -> dict[str, Any]:
    """当时给出的建议原文，和后来人的选择。"""
    return _whole(desk.find(actor, identity))


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


def _past(links: Linking, incident: IncidentIn) -> Past:
    return links.past(incident.text, incident.registration())


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
