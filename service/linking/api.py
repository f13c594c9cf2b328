"""/api/v1/cases/{id}/possible: the incidents that may belong to a case, for a person to decide."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from service import clock
from service.accounts.gate import Signed
from service.linking.belonging import Belonging, belonging
from service.web.answers import only

router = APIRouter(prefix="/api/v1/cases", tags=["档案"], responses=only(401, 403))


class ReasonOut(BaseModel):
    """一条理由。"""

    text: str = Field(description="理由，号码已遮盖", examples=["同一电话（报警人 138****5678）"])
    weight: float = Field(description="分量，0 到 1", examples=[0.8])


class BelongingOut(BaseModel):
    """可能属于这件纠纷的一条警情。您看不到的，只写由哪个单位登记。"""

    unit: str = Field(description="登记它的单位", examples=["柳塘派出所"])
    incident_id: str = Field(description="警情编号，也是研判记录的编号；看不到则空")
    happened_at: str | None = Field(description="报警时间，UTC；看不到则空", examples=["2026-03-02T01:05:00.000Z"])
    case_id: str = Field(description="它所在档案的编号；不在档案里、看不到则空")
    case_number: str = Field(description="它所在档案的档案号；同上", examples=["2026-000002"])
    level: str = Field(description="关联强弱：强、中、弱；看不到则空", examples=["强"])
    strength: float | None = Field(description="关联强度，0 到 1；看不到则空", examples=[0.85])
    reasons: list[ReasonOut] = Field(description="理由，分量重的在前")


class BelongingsOut(BaseModel):
    """可能属于这件纠纷的警情。"""

    items: list[BelongingOut] = Field(description="最多 20 条，关联强的在前，看不到的在最后")


@router.get("/{identity}/possible", summary="可能属于这件纠纷的警情", responses=only(404))
def possible(identity: str, actor: Signed, request: Request) -> BelongingsOut:
    """机器只提，并入由人决定：不在档案里的，用“并入一条警情”；在别的档案里的，先从那里移出。人认定不是一回事的，不再提。"""
    return BelongingsOut(items=list(map(_out, belonging(request.app.state.linking, actor, identity))))


def _out(one: Belonging) -> BelongingOut:
    strength = one.strength
    return BelongingOut(
        unit=one.unit,
        incident_id=one.incident_id,
        happened_at=clock.stamp(one.at) if one.at else None,
        case_id=one.case.id if one.case else "",
        case_number=one.case.number if one.case else "",
        level=strength.level or "" if strength else "",
        strength=strength.value if strength else None,
        reasons=[ReasonOut(text=reason.text, weight=reason.weight) for reason in strength.reasons] if strength else [],
    )
