"""/api/v1/units and /api/v1/stand-ins: the tree of units, who belongs where, and who stands in for whom."""

from collections import defaultdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.gate import Signed
from service.units.actions import Units
from service.units.model import Kind, Member, Post, Unit
from service.units.standing_in import Standing, StandIns
from service.web.answers import only

router = APIRouter(prefix="/api/v1", tags=["单位"], responses=only(401))

_KINDS, _POSTS = (f"{what}：{'、'.join(values)}" for what, values in (("类型", Kind), ("职务", Post)))
Departments = Annotated[list[str], Field(max_length=100)]


class UnitIn(BaseModel):
    """一个新单位。"""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="名称，不能重复")
    kind: str = Field(description=_KINDS)
    parent_id: str = Field(default="", description="上级单位的编号；不填则在最上一级")
    departments: Departments = Field(default_factory=list, description="由它承接的接收部门，规则集里的名称")


class UnitChange(BaseModel):
    """要改的项；没填的不改。"""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, description="名称")
    kind: str | None = Field(default=None, description=_KINDS)
    parent_id: str | None = Field(default=None, description="上级单位的编号；空文字是最上一级")
    departments: Departments | None = Field(default=None, description="由它承接的接收部门")
    enabled: bool | None = Field(default=None, description="false 停用，true 启用")


class MemberIn(BaseModel):
    """账号在单位里的职务。"""

    model_config = ConfigDict(extra="forbid")

    post: str = Field(default=Post.MEMBER.value, description=_POSTS)


class MemberOut(BaseModel):
    """单位里的一个人。"""

    account_id: str = Field(description="账号编号")
    login: str = Field(description="登录名")
    name: str = Field(description="显示名")
    post: str = Field(description="职务")


class UnitOut(BaseModel):
    """一个单位。"""

    id: str = Field(description="编号")
    name: str = Field(description="名称")
    kind: str = Field(description="类型")
    parent_id: str | None = Field(description="上级单位的编号；最上一级没有")
    departments: list[str] = Field(description="由它承接的接收部门")
    enabled: bool = Field(description="是否启用")
    members: list[MemberOut] = Field(description="里面的人；管理员和审计看全部，其他人只看自己单位的")


class StandInIn(BaseModel):
    """请人代班。"""

    model_config = ConfigDict(extra="forbid")

    stand_in_id: str = Field(description="代班人的账号编号；管理员以外，只能请自己单位的人")
    first_day: date = Field(description="第一天，如 2026-03-02")
    last_day: date = Field(description="最后一天，当天也算")
    account_id: str = Field(default="", description="谁不在；不填是自己，替别人安排要管理员")


class StandInOut(BaseModel):
    """一项代班。"""

    id: str = Field(description="编号")
    account_id: str = Field(description="谁不在：账号编号")
    absent: str = Field(description="谁不在：显示名")
    stand_in_id: str = Field(description="代班人的账号编号")
    by: str = Field(description="代班人的显示名")
    first_day: str = Field(description="第一天")
    last_day: str = Field(description="最后一天")
    state: str = Field(description="未开始、代班中、已结束")


def units(request: Request) -> Units:
    """The units that the application opened at its start."""
    opened: Units = request.app.state.units
    return opened


def stand_ins(request: Request) -> StandIns:
    """The stand-ins that the application opened at its start."""
    opened: StandIns = request.app.state.stand_ins
    return opened


Organisation = Annotated[Units, Depends(units)]
Rota = Annotated[StandIns, Depends(stand_ins)]


@router.get("/units", summary="全部单位")
def tree(actor: Signed, organisation: Organisation) -> list[UnitOut]:
    """上级在前、下级紧跟其后，停用的也在内。"""
    there: dict[str, list[Member]] = defaultdict(list)
    for one in organisation.members(actor):
        there[one.unit_id].append(one)
    return [_unit(unit, there[unit.id]) for _, unit in organisation.tree(actor).walk()]


@router.post("/units", status_code=201, summary="建立单位", responses=only(403, 413, 422))
def add(new: UnitIn, actor: Signed, organisation: Organisation) -> UnitOut:
    """角色：管理员。"""
    return _unit(organisation.add(actor, new.name, new.kind, new.parent_id, new.departments), [])


@router.patch("/units/{identity}", summary="修改、停用或启用单位", responses=only(403, 404, 413, 422))
def change(identity: str, wanted: UnitChange, actor: Signed, organisation: Organisation) -> UnitOut:
    """角色：管理员。单位只停用，不删除；还有启用的下级时不能停用。"""
    changed = organisation.change(actor, identity, **wanted.model_dump())
    return _unit(changed, [one for one in organisation.members(actor) if one.unit_id == changed.id])


@router.put("/units/{identity}/members/{account}", summary="把账号安排到单位", responses=only(403, 404, 413, 422))
def place(identity: str, account: str, wanted: MemberIn, actor: Signed, organisation: Organisation) -> MemberOut:
    """角色：管理员。一个账号只在一个单位，原来的单位随之换掉。"""
    return _member(organisation.place(actor, account, identity, wanted.post))


@router.delete("/units/members/{account}", status_code=204, summary="把账号移出单位", responses=only(403, 404))
def remove(account: str, actor: Signed, organisation: Organisation) -> None:
    """角色：管理员。"""
    organisation.remove(actor, account)


@router.get("/stand-ins", summary="代班")
def standing(actor: Signed, rota: Rota) -> list[StandInOut]:
    """自己请人代的和代别人的，新的在前；管理员看全部。"""
    return list(map(_standing, rota.mine(actor)))


@router.post("/stand-ins", status_code=201, summary="请人代班", responses=only(403, 404, 413, 422))
def name(new: StandInIn, actor: Signed, rota: Rota) -> StandInOut:
    """代班人在这些天里看得到、也能办本人单位的件。"""
    made = rota.name(actor, new.stand_in_id, new.first_day, new.last_day, new.account_id)
    return next(_standing(one) for one in rota.mine(actor) if one.stand_in.id == made.id)


@router.delete("/stand-ins/{identity}", status_code=204, summary="提前结束代班", responses=only(403, 404))
def end(identity: str, actor: Signed, rota: Rota) -> None:
    """由请人代班的人或管理员结束，立即有效。"""
    rota.end(actor, identity)


def _unit(unit: Unit, members: list[Member]) -> UnitOut:
    return UnitOut(
        id=unit.id,
        name=unit.name,
        kind=unit.kind,
        parent_id=unit.parent_id,
        departments=list(unit.departments),
        enabled=unit.enabled,
        members=list(map(_member, members)),
    )


def _member(one: Member) -> MemberOut:
    return MemberOut(account_id=one.account_id, login=one.login, name=one.name, post=one.post)


def _standing(one: Standing) -> StandInOut:
    found = one.stand_in
    return StandInOut(
        id=found.id,
        account_id=found.account_id,
        absent=one.absent,
        stand_in_id=found.stand_in_id,
        by=one.by,
        first_day=found.first_day,
        last_day=found.last_day,
        state=one.state,
    )
