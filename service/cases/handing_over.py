"""A case begins, gains and loses incidents, and goes from hand to hand until somebody has it."""

from dataclasses import dataclass
from typing import ClassVar

from service.cases.command import Change, Moment, heavier, no_clock, recoloured, standing, words
from service.cases.life import Act, State
from service.cases.model import Case, ReturnCode
from service.errors import InputError, RefusedError

_MOST_CO_HANDLERS = 10


@dataclass(frozen=True, slots=True)
class Open:
    """Begin a case with its first incident. The colour and type are those a person settled on at intake."""

    number: str
    station_id: str
    incident: str
    dispute_type: str
    colour: str
    place: str = ""
    act: ClassVar[Act] = Act.OPEN

    def change(self, case: Case, moment: Moment) -> Change:
        if self.colour not in moment.policy.colours:
            raise InputError(f"时限文件里没有“{self.colour}”这个颜色")
        return Change(
            detail={"警情": self.incident},
            changes={
                "number": self.number,
                "state": State.OPENED,
                "station_id": self.station_id,
                "incidents": [self.incident],
                "dispute_type": self.dispute_type,
                "colour": self.colour,
                "place": self.place,
                "opened_at": moment.stamp,
                "review_by": moment.policy.reviewed(self.colour, moment.at),
            },
        )


@dataclass(frozen=True, slots=True)
class Join:
    """Another incident of the same dispute: it raises an open case, and opens a closed one again."""

    incident: str
    colour: str
    reasons: tuple[str, ...] = ()
    reopens: bool = False

    @property
    def act(self) -> Act:
        """Whether it joins or reopens."""
        return Act.RECUR if self.reopens else Act.JOIN

    def change(self, case: Case, moment: Moment) -> Change:
        if self.incident in case.incidents:
            raise RefusedError("这条警情已经在这份档案里")
        policy = moment.policy
        colour = heavier(policy.raised(case.colour), self.colour, policy.colours)
        # Whoever asked to lower the colour did not know of this incident.
        changes = {
            "incidents": [*case.incidents, self.incident],
            "lowering": {},
            **recoloured(case, colour, moment),
        }
        if self.reopens:
            changes |= {
                "state": State.AT_CENTRE if case.centre_id else State.OPENED,
                "recurrences": case.recurrences + 1,
                "returns": 0,
                "lead_id": "",
                "co_ids": [],
                "visit_by": None,
                "accept_by": policy.transferred(colour, moment.at) if case.centre_id else None,
                "closed_at": None,
                "resolved_at": None,
                "resolution": "",
                "agreement": "",
                "review_by": policy.reviewed(colour, moment.at),
            }
        detail = {"警情": self.incident, "依据": list(self.reasons), "预警颜色": {"原": case.colour, "现": colour}}
        return Change(detail=detail, changes=changes)


@dataclass(frozen=True, slots=True)
class Leave:
    """An incident turns out to belong elsewhere."""

    incident: str
    reason: str
    act: ClassVar[Act] = Act.LEAVE

    def change(self, case: Case, moment: Moment) -> Change:
        if case.hold:
            raise RefusedError("保全的档案不能移出警情")
        if self.incident not in case.incidents:
            raise RefusedError("这条警情不在这份档案里")
        if len(case.incidents) == 1:
            raise RefusedError("档案里只有这一条警情，不能移出")
        left = [one for one in case.incidents if one != self.incident]
        return Change(words(self.reason, "移出的理由"), {"警情": self.incident}, {"incidents": left})


@dataclass(frozen=True, slots=True)
class Transfer:
    """From the station to the street mediation centre."""

    centre_id: str
    note: str = ""
    act: ClassVar[Act] = Act.TRANSFER

    def change(self, case: Case, moment: Moment) -> Change:
        return Change(
            words(self.note, "附言", needed=False),
            {"中心": self.centre_id},
            {
                "state": State.AT_CENTRE,
                "centre_id": self.centre_id,
                "accept_by": moment.policy.transferred(case.colour, moment.at),
            },
        )


@dataclass(frozen=True, slots=True)
class Keep:
    """The station keeps it: nothing more is to be expected. It is looked at again all the same."""

    reason: str
    act: ClassVar[Act] = Act.KEEP

    def change(self, case: Case, moment: Moment) -> Change:
        reason = words(self.reason, "不流转的理由")
        review = moment.policy.reviewed(case.colour, moment.at)
        return Change(reason, {}, {"state": State.KEPT, "closed_at": moment.stamp, **no_clock(), "review_by": review})


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The centre names who leads and who helps; of a case that somebody has already, this is 转派."""

    lead_id: str
    co_ids: tuple[str, ...] = ()
    note: str = ""
    act: ClassVar[Act] = Act.DISPATCH

    def change(self, case: Case, moment: Moment) -> Change:
        helpers = [unit for unit in dict.fromkeys(self.co_ids) if unit != self.lead_id]
        if not self.lead_id:
            raise InputError("请选主办单位")
        if len(helpers) > _MOST_CO_HANDLERS:
            raise InputError(f"协办单位最多 {_MOST_CO_HANDLERS} 个")
        if case.state is not State.ARBITRATION and self.lead_id == case.lead_id and case.state is not State.AT_CENTRE:
            raise RefusedError("主办单位没有变；要改，请另选一个")
        return Change(
            words(self.note, "交办意见", needed=False),
            {"主办": self.lead_id, "协办": helpers, "转派": case.state not in (State.AT_CENTRE, State.ARBITRATION)},
            {
                "state": State.DISPATCHED,
                "lead_id": self.lead_id,
                "co_ids": helpers,
                "accept_by": moment.policy.transferred(case.colour, moment.at),
                "report_by": None,
                "paused_at": None,
            },
        )


@dataclass(frozen=True, slots=True)
class Accept:
    """The lead takes it in hand; from now on deadlines and reports run."""

    act: ClassVar[Act] = Act.ACCEPT

    def change(self, case: Case, moment: Moment) -> Change:
        limits = moment.policy.accepted(case.colour, case.dispute_type, moment.at)
        return Change(
            detail={"办结期限": limits.finish_by, "首次反馈": limits.report_by},
            changes={
                "state": State.ACCEPTED,
                "accept_by": None,
                # Who takes over a case that was returned gets no new month.
                "finish_by": min(filter(None, (standing(case).finish_by, limits.finish_by))),
                "report_by": limits.report_by,
                "review_by": case.review_by or limits.review_by,
            },
        )


@dataclass(frozen=True, slots=True)
class Return:
    """The lead gives it back, with a code and a reason. The clock keeps running; the third return is arbitrated."""

    code: str
    reason: str
    act: ClassVar[Act] = Act.RETURN

    def change(self, case: Case, moment: Moment) -> Change:
        if self.code not in set(ReturnCode):
            raise InputError(f"没有“{self.code}”这个退回原因。可选：{'、'.join(ReturnCode)}")
        times = case.returns + 1
        state = State.ARBITRATION if times >= moment.policy.most_returns else State.AT_CENTRE
        return Change(
            words(self.reason, "退回的理由"),
            {"原因": self.code, "第几次": times, "单位": case.lead_id},
            {
                "state": state,
                "returns": times,
                "lead_id": "",
                "co_ids": [],
                # It waits at the centre once more, and must not be forgotten there.
                "accept_by": moment.policy.transferred(case.colour, moment.at),
                "report_by": None,
                "paused_at": None,
            },
        )
