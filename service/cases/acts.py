"""What a program may send to do something to a case: a model for each act, which gives the command it asks for."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.cases.command import Command
from service.cases.handing_over import Accept, Dispatch, Keep, Leave, Return
from service.cases.handling import Archive, Criminal, End, Extend, Pause, Report, Resolve, Resume, Visit
from service.cases.holding import Hold, Lift
from service.cases.model import Outcome, Resolution, ReturnCode
from service.cases.sharing import Comment
from service.cases.warning import AnswerLower, AskLower, Escalate, Raise, Review
from service.errors import InputError

_MOST_UNITS = 11
_LAST_YEAR = 2199
Words = Annotated[str, Field(max_length=2000)]
Identity = Annotated[str, Field(max_length=36)]


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seen: int | None = Field(
        default=None, ge=0, description="您看到的 version；后来有人办过就拒绝。不填则不核对", examples=[3]
    )


class LeaveIn(_Act):
    """移出一条不属于这件纠纷的警情。来源单位、矛调中心。"""

    act: Literal["移出警情"]
    incident: Identity = Field(description="警情编号，就是研判记录的编号")
    reason: Words = Field(description="移出的理由", examples=["同名同姓，不是一家人"])

    def command(self) -> Command:
        return Leave(self.incident, self.reason)


class TransferIn(_Act):
    """流转给派出所所在镇街的矛调中心。来源单位。"""

    act: Literal["流转"]
    note: Words = Field(default="", description="附言", examples=["第三次报警，请尽快上门"])


class KeepIn(_Act):
    """不流转，由派出所自己了结。来源单位。"""

    act: Literal["不流转"]
    reason: Words = Field(description="不流转的理由", examples=["当场和解，双方签字"])

    def command(self) -> Command:
        return Keep(self.reason)


class DispatchIn(_Act):
    """分派主办和协办单位；已经分派过的是转派。矛调中心。"""

    act: Literal["分派"]
    lead_id: Identity = Field(description="主办单位的编号，见 /api/v1/units")
    co_ids: list[Identity] = Field(default_factory=list, max_length=_MOST_UNITS, description="协办单位的编号")
    note: Words = Field(default="", description="交办意见", examples=["请先稳住双方"])

    def command(self) -> Dispatch:
        return Dispatch(self.lead_id, tuple(self.co_ids), self.note)


class AcceptIn(_Act):
    """签收；办结期限和反馈从这时算起。主办单位。"""

    act: Literal["签收"]

    def command(self) -> Command:
        return Accept()


class ReturnIn(_Act):
    """退回矛调中心；退回满次数后转为仲裁。主办单位。"""

    act: Literal["退回"]
    code: str = Field(description=f"原因：{'、'.join(ReturnCode)}", examples=[ReturnCode.NOT_OURS.value])
    reason: Words = Field(description="退回的理由", examples=["双方是劳务关系，应由人社办牵头"])

    def command(self) -> Command:
        return Return(self.code, self.reason)


class ReportIn(_Act):
    """反馈进展。主办单位、协办单位、受邀参与的人。"""

    act: Literal["反馈"]
    words: Words = Field(description="进展", examples=["上午上门，双方同意周三到调解室"])

    def command(self) -> Command:
        return Report(self.words)


class ResolveIn(_Act):
    """化解。主办单位、矛调中心。"""

    act: Literal["化解"]
    resolution: str = Field(description=f"方式：{'、'.join(Resolution)}", examples=[Resolution.AGREEMENT.value])
    words: Words = Field(description="化解结果", examples=["双方签了书面协议，男方搬出"])
    agreement: Identity = Field(default="", description="协议是哪个附件的编号；没有则空")

    def command(self) -> Resolve:
        return Resolve(self.resolution, self.words, self.agreement)


class VisitIn(_Act):
    """回访。主办单位、矛调中心、来源单位。"""

    act: Literal["回访"]
    outcome: str = Field(description=f"结果：{'、'.join(Outcome)}", examples=[Outcome.STABLE.value])
    words: Words = Field(description="回访情况", examples=["电话回访，双方相安无事"])

    def command(self) -> Command:
        return Visit(self.outcome, self.words)


class ArchiveIn(_Act):
    """归档。矛调中心。"""

    act: Literal["归档"]

    def command(self) -> Command:
        return Archive()


class CriminalIn(_Act):
    """转案：成了刑事案件（民转刑）。来源单位。"""

    act: Literal["转案"]
    reason: Words = Field(description="转案的理由", examples=["持械致人轻伤，已立案"])
    case_number: str = Field(default="", max_length=200, description="立案编号")

    def command(self) -> Command:
        return Criminal(self.reason, self.case_number)


class EndIn(_Act):
    """终止调解。主办单位、矛调中心。"""

    act: Literal["终止调解"]
    reason: Words = Field(description="终止的理由和告知的途径", examples=["一方拒绝调解，已告知可起诉"])

    def command(self) -> Command:
        return End(self.reason)


class EscalateIn(_Act):
    """上报上一级。来源单位、矛调中心、主办单位、协办单位。"""

    act: Literal["上报"]
    reason: Words = Field(description="上报的理由", examples=["一方扬言报复"])

    def command(self) -> Command:
        return Escalate(self.reason)


class RaiseIn(_Act):
    """调高预警，立即有效。来源单位、矛调中心、主办单位、协办单位、领导。"""

    act: Literal["调高预警"]
    colour: str = Field(description="更重的颜色", examples=["红"])
    reason: Words = Field(description="调高的理由", examples=["一方扬言持刀"])

    def command(self) -> Command:
        return Raise(self.colour, self.reason)


class ReviewIn(_Act):
    """复核预警颜色：维持或调低；最重的颜色要调低须另行请求。矛调中心、领导。"""

    act: Literal["复核"]
    colour: str = Field(description="复核后的颜色", examples=["黄"])
    words: Words = Field(description="复核意见", examples=["双方已分居，风险未除，维持"])

    def command(self) -> Command:
        return Review(self.colour, self.words)


class AskLowerIn(_Act):
    """请求调低最重的颜色，须另一人同意。矛调中心、领导。"""

    act: Literal["请求调低"]
    colour: str = Field(description="更轻的颜色", examples=["黄"])
    reason: Words = Field(description="调低的理由", examples=["刀具已收缴，当事人已就医"])

    def command(self) -> Command:
        return AskLower(self.colour, self.reason)


class AnswerLowerIn(_Act):
    """答复别人调低的请求。矛调中心、领导；不能答应自己的请求。"""

    act: Literal["同意调低", "不同意调低"]
    words: Words = Field(default="", description="答复意见；不同意时必填", examples=["同意"])

    def command(self) -> Command:
        return AnswerLower(self.act == "同意调低", self.words)


class PauseIn(_Act):
    """暂停办结计时；反馈照常。主办单位、矛调中心。"""

    act: Literal["暂停计时"]
    reason: Words = Field(description="暂停的理由", examples=["等伤情鉴定"])

    def command(self) -> Command:
        return Pause(self.reason)


class ResumeIn(_Act):
    """恢复办结计时，期限顺延。主办单位、矛调中心。"""

    act: Literal["恢复计时"]

    def command(self) -> Command:
        return Resume()


class ExtendIn(_Act):
    """延长办结期限，双方同意。矛调中心、领导。"""

    act: Literal["延期"]
    until: date = Field(description="新的办结日期", examples=["2026-04-30"])
    reason: Words = Field(description="延期的理由", examples=["双方同意等房产评估"])

    def command(self) -> Command:
        if self.until.year > _LAST_YEAR:
            raise InputError(f"新的办结日期最晚是 {_LAST_YEAR} 年")
        return Extend(self.until, self.reason)


class CommentIn(_Act):
    """留言给参与办理的单位。"""

    act: Literal["留言"]
    words: Words = Field(description="留言", examples=["请社区今晚再去看看"])
    mentions: list[Identity] = Field(default_factory=list, max_length=20, description="提到的单位的编号")

    def command(self) -> Command:
        return Comment(self.words, tuple(self.mentions))


class ShareIn(_Act):
    """让一位调解员或志愿者看到并参与这一件。主办单位、矛调中心。"""

    act: Literal["共享"]
    account_id: Identity = Field(description="账号编号，要有“调解志愿”角色")


class UnshareIn(_Act):
    """不再共享。主办单位、矛调中心。"""

    act: Literal["取消共享"]
    account_id: Identity = Field(description="账号编号")


class HoldIn(_Act):
    """保全：到期也不清除，直到另一人解除。矛调中心、领导。"""

    act: Literal["保全"]
    reason: Words = Field(description="保全的理由", examples=["当事人已起诉，法院要调档"])

    def command(self) -> Command:
        return Hold(self.reason)


class LiftIn(_Act):
    """解除保全。领导；不能解除自己的保全。"""

    act: Literal["解除保全"]
    reason: Words = Field(description="解除保全的理由", examples=["判决已生效"])

    def command(self) -> Command:
        return Lift(self.reason)


ActIn = Annotated[
    LeaveIn
    | TransferIn
    | KeepIn
    | DispatchIn
    | AcceptIn
    | ReturnIn
    | ReportIn
    | ResolveIn
    | VisitIn
    | ArchiveIn
    | CriminalIn
    | EndIn
    | EscalateIn
    | RaiseIn
    | ReviewIn
    | AskLowerIn
    | AnswerLowerIn
    | PauseIn
    | ResumeIn
    | ExtendIn
    | CommentIn
    | ShareIn
    | UnshareIn
    | HoldIn
    | LiftIn,
    Field(discriminator="act"),
]
