"""/api/v1/webhooks: where the messengers of units are told of what happens to cases."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.gate import Signed
from service.cases.life import Act
from service.web.answers import only
from service.webhooks.actions import Shown, Webhooks

router = APIRouter(prefix="/api/v1/webhooks", tags=["外发通知"], responses=only(401, 403))

_ACTS = f"通知哪些轨迹：{'、'.join(Act)}"


class WebhookIn(BaseModel):
    """一项新的外发通知。"""

    model_config = ConfigDict(extra="forbid")

    unit_id: str = Field(description="单位编号；通知它看得到的档案")
    url: str = Field(description="网址，只许内网")
    acts: list[str] = Field(max_length=100, description=_ACTS)


class WebhookChange(BaseModel):
    """要改的项；没填的不改。"""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(default=None, description="网址，只许内网")
    acts: list[str] | None = Field(default=None, max_length=100, description=_ACTS)
    enabled: bool | None = Field(default=None, description="false 停用，true 启用")


class WebhookOut(BaseModel):
    """一项外发通知。"""

    id: str = Field(description="编号")
    unit_id: str = Field(description="单位编号")
    unit: str = Field(description="单位")
    url: str = Field(description="网址")
    acts: list[str] = Field(description="通知哪些轨迹")
    enabled: bool = Field(description="是否启用")
    waiting: int = Field(description="等待发送多少条")
    given_up: int = Field(description="已放弃多少条")


class NewWebhookOut(WebhookOut):
    """刚建立的外发通知；密钥只在这时给出。"""

    secret: str = Field(description="签名密钥，只显示这一次")


class AgainOut(BaseModel):
    """重新发送的结果。"""

    again: int = Field(description="多少条已放弃的会重新发送")


def webhooks(request: Request) -> Webhooks:
    """The webhooks that the application opened at its start."""
    opened: Webhooks = request.app.state.webhooks
    return opened


Hooks = Annotated[Webhooks, Depends(webhooks)]


@router.get("", summary="全部外发通知")
def everything(actor: Signed, hooks: Hooks) -> list[WebhookOut]:
    """角色：管理员。"""
    return list(map(_out, hooks.all(actor)))


@router.post("", status_code=201, summary="建立外发通知", responses=only(413, 422))
def add(new: WebhookIn, actor: Signed, hooks: Hooks) -> NewWebhookOut:
    """角色：管理员。每次发送带 X-Tongban-Signature：sha256=HMAC-SHA256(密钥, X-Tongban-Timestamp + "." + 正文)。"""
    made = hooks.add(actor, new.unit_id, new.url, new.acts)
    return NewWebhookOut(**_out(hooks.find(actor, made.id)[0]).model_dump(), secret=made.secret)


@router.patch("/{identity}", summary="修改、停用或启用外发通知", responses=only(404, 413, 422))
def change(identity: str, wanted: WebhookChange, actor: Signed, hooks: Hooks) -> WebhookOut:
    """角色：管理员。"""
    hooks.change(actor, identity, **wanted.model_dump())
    return _out(hooks.find(actor, identity)[0])


@router.post("/{identity}/again", summary="重新发送已放弃的", responses=only(404))
def again(identity: str, actor: Signed, hooks: Hooks) -> AgainOut:
    """角色：管理员。"""
    return AgainOut(again=hooks.again(actor, identity))


def _out(one: Shown) -> WebhookOut:
    hook = one.webhook
    return WebhookOut(
        id=hook.id,
        unit_id=hook.unit_id,
        unit=one.unit,
        url=hook.url,
        acts=list(hook.acts),
        enabled=hook.enabled,
        waiting=one.waiting,
        given_up=one.given_up,
    )
