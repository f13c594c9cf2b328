"""/api/v1/rules: what rules there are, what is wrong with a draft, what it would change, and publishing it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from rules import json_schema
from service.accounts.gate import Signed
from service.explanation import as_dict
from service.rulesets import shown
from service.rulesets.actions import FaultyDraftError, Rulesets
from service.rulesets.catalogue import HIT_DAYS, listed
from service.rulesets.model import MOST_FILES, READERS
from service.rulesets.words import words
from service.web.answers import only

router = APIRouter(prefix="/api/v1/rules", tags=["规则"], responses=only(401, 403))


class FilesIn(BaseModel):
    """一套规则的全部文件。"""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str] = Field(max_length=MOST_FILES, description="文件名 → 内容(YAML)")


class DraftIn(FilesIn):
    """草稿的内容。"""

    note: str = Field(default="", max_length=2000, description="这一版改了什么、为什么改")
    revision: int = Field(ge=1, description="您看到的是第几稿；别人先改过就拒绝")


class NewDraftIn(BaseModel):
    """起一份草稿；不给 files 就从现用的版本开始。"""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str] | None = Field(default=None, max_length=MOST_FILES, description="文件名 → 内容(YAML)")
    note: str = Field(default="", max_length=2000, description="这一版改了什么、为什么改")


class SeenIn(BaseModel):
    """您看到的是第几稿。"""

    model_config = ConfigDict(extra="forbid")

    revision: int = Field(ge=1, description="您看到的是第几稿；别人先改过就拒绝")


class RollbackIn(BaseModel):
    """为什么回滚。"""

    model_config = ConfigDict(extra="forbid")

    note: str = Field(max_length=2000, description="为什么回滚")


class CaseIn(BaseModel):
    """一件假设的事：写描述，或直接给事实。"""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="", description="警情描述；给了就由模型判读出事实")
    facts: dict[str, bool | int | float | str] = Field(default_factory=dict, max_length=50, description="已知的事实")
    files: dict[str, str] | None = Field(
        default=None, max_length=MOST_FILES, description="用这些文件判；不给则用现用的"
    )


def rulesets(request: Request) -> Rulesets:
    """The room that the application opened at its start."""
    room: Rulesets = request.app.state.rulesets
    return room


Room = Annotated[Rulesets, Depends(rulesets)]
Days = Annotated[int | None, Query(ge=1, le=36_500, description="只看最近这些天；不填则看全部")]


@router.get("", summary="现用的规则")
def in_force(room: Room) -> dict[str, Any]:
    """现用的是哪一版，有哪些规则，近 30 天各命中多少次。"""
    ruleset = room.in_force.ruleset
    return {
        "version": ruleset.version,
        "number": room.in_force.number,
        "failure": room.in_force.failure,
        "hit_days": HIT_DAYS,
        "rules": [
            {
                "id": one.rule.id,
                "title": one.rule.title,
                "owner": one.rule.owner,
                "status": one.rule.status.value,
                "priority": one.rule.priority,
                "floor": one.rule.floor,
                "effective": one.rule.effective.isoformat() if one.rule.effective else None,
                "expires": one.rule.expires.isoformat() if one.rule.expires else None,
                "conclusion": {name: list(values) for name, values in one.rule.conclusion.items()},
                "hits": one.hits,
                "edited_in": one.edited.number if one.edited else None,
            }
            for one in listed(room.database, ruleset)
        ],
        "files": dict(ruleset.files),
    }


@router.get("/words", summary="规则里能写的词")
def writable(room: Room) -> dict[str, Any]:
    """键、事实及其取值和比较词、决策及其取值：供编辑器补全。"""
    return words(room.in_force.ruleset)


@router.get("/schema", summary="规则文件的 JSON Schema")
def schema(room: Room) -> dict[str, Any]:
    """供编辑器检查和补全规则文件。"""
    return json_schema(room.in_force.ruleset.rulebook)


@router.post("/check", summary="检查写法", responses=only(413, 422))
def check(given: FilesIn, room: Room) -> dict[str, Any]:
    """写法上的全部问题，连同位置和改法；不编译，不运行，边写边用。"""
    problems = room.trying.check(given.files)
    return {"ok": not any(problem.is_error for problem in problems), "problems": list(map(shown.problem, problems))}


@router.post("/explain", summary="试一件事", responses=only(409, 413, 422))
def explain(case: CaseIn, room: Room) -> dict[str, Any]:
    """每条规则命中没有、为什么，最后怎么决定。"""
    return as_dict(room.trying.explain(case.text, case.facts, case.files))


@router.get("/shadow/{rule_id}", summary="试行规则本会改变什么", responses=only(403, 404))
def shadow(rule_id: str, actor: Signed, room: Room, days: Days = None) -> dict[str, Any]:
    """状态为 试行 的规则不参与决定；这里数出它若参与，存档的警情会有哪些不同。列出警情原文，所以要看得到存档的角色。"""
    actor.require(*READERS)
    return shown.preview(room.shadow(actor, rule_id, days))


@router.get("/drafts", summary="在改的草稿")
def drafts(actor: Signed, room: Room) -> dict[str, Any]:
    """草稿和在等复核的，最近改的在前。"""
    return {"items": [shown.draft(draft, files=False) for draft in room.open_drafts(actor)]}


@router.post("/drafts", status_code=201, summary="起一份草稿", responses=only(413, 422))
def begin(given: NewDraftIn, actor: Signed, room: Room) -> dict[str, Any]:
    """从现用的版本，或从给的文件开始。"""
    return shown.draft(room.begin(actor, given.note, given.files))


@router.get("/drafts/{identity}", summary="看一份草稿", responses=only(404))
def draft(identity: str, actor: Signed, room: Room) -> dict[str, Any]:
    """草稿的全部内容。"""
    return shown.draft(room.draft(actor, identity))


@router.put("/drafts/{identity}", summary="存草稿", responses=only(404, 409, 413, 422))
def save(identity: str, given: DraftIn, actor: Signed, room: Room) -> dict[str, Any]:
    """对的错的都存；在等复核的退回草稿。"""
    return shown.draft(room.save(actor, identity, given.files, given.note, given.revision))


@router.get("/drafts/{identity}/preview", summary="影响预演", responses=only(404, 409, 422))
def preview(identity: str, actor: Signed, room: Room, days: Days = None) -> dict[str, Any]:
    """存档的警情在草稿下会有哪些不同；days 只看最近这些天。"""
    return shown.preview(room.preview(room.draft(actor, identity).files, days))


@router.post("/drafts/{identity}/publish", summary="发布", responses=only(404, 409, 422))
def publish(identity: str, seen: SeenIn, actor: Signed, room: Room) -> dict[str, Any]:
    """检查、试编译、自测、核对、预演，都过了才发布；有存档的警情会离开红色时，先等另一人复核。"""
    return shown.outcome(room.publish(actor, identity, seen.revision))


@router.post("/drafts/{identity}/confirm", summary="复核并发布", responses=only(404, 409, 422))
def confirm(identity: str, seen: SeenIn, actor: Signed, room: Room) -> dict[str, Any]:
    """由另一位有“规则发布”角色的人来做。"""
    return shown.outcome(room.confirm(actor, identity, seen.revision))


@router.post("/drafts/{identity}/rebase", summary="以新版为准继续", responses=only(404, 409))
def rebase(identity: str, seen: SeenIn, actor: Signed, room: Room) -> dict[str, Any]:
    """起草之后又发布过新版：看过差异，内容不变，改以新版为起点。"""
    return shown.draft(room.take_newest_as_base(actor, identity, seen.revision))


@router.post("/drafts/{identity}/drop", summary="放弃草稿", responses=only(404, 409))
def drop(identity: str, seen: SeenIn, actor: Signed, room: Room) -> dict[str, Any]:
    """不再改它；内容仍在。"""
    return shown.draft(room.drop(actor, identity, seen.revision))


@router.get("/versions", summary="发布过的版本")
def versions(room: Room) -> dict[str, Any]:
    """新的在前。"""
    return {"in_force": room.in_force.number, "items": list(map(shown.publication, room.history()))}


@router.get("/versions/{number}", summary="看一个版本", responses=only(404))
def version(number: int, room: Room) -> dict[str, Any]:
    """内容，和它相对上一版改了什么。"""
    made, files = room.publication(number)
    return shown.publication(made) | {"files": files, "changes": list(map(shown.change, room.changes_of(made)))}


@router.post("/versions/{number}/rollback", summary="回滚到一个版本", responses=only(404, 409, 422))
def roll_back(number: int, given: RollbackIn, actor: Signed, room: Room) -> dict[str, Any]:
    """把旧的内容作为新的一版发布，检查一样不少。"""
    return shown.outcome(room.roll_back(actor, number, given.note))


def faulty(error: FaultyDraftError) -> dict[str, Any]:
    """What a draft that can't be published is answered with, besides the message."""
    return {"message": error.message, "trial": shown.trial(error.trial)}
