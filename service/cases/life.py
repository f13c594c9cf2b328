"""A case's life as data: its states, what can be done in each, by whom, and where it leads. Nothing else decides it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a case stands, by the word that people read."""

    OPENED = "待流转"
    KEPT = "不流转"
    AT_CENTRE = "待分派"
    DISPATCHED = "待签收"
    ACCEPTED = "已签收"
    HANDLING = "办理中"
    ARBITRATION = "待仲裁"
    RESOLVED = "已化解"
    VISITED = "已回访"
    ARCHIVED = "已归档"
    CRIMINAL = "已转案"
    ENDED = "已终止"


class Act(StrEnum):
    """What is done to a case: the kind of one line of its track list (轨迹)."""

    OPEN = "建档"
    JOIN = "并入警情"
    LEAVE = "移出警情"
    RECUR = "再次激发"
    TRANSFER = "流转"
    KEEP = "不流转"
    DISPATCH = "分派"
    ACCEPT = "签收"
    RETURN = "退回"
    REPORT = "反馈"
    RESOLVE = "化解"
    VISIT = "回访"
    ARCHIVE = "归档"
    CRIMINAL = "转案"
    END = "终止调解"
    ESCALATE = "上报"
    RAISE = "调高预警"
    REVIEW = "复核"
    ASK_LOWER = "请求调低"
    AGREE_LOWER = "同意调低"
    REFUSE_LOWER = "不同意调低"
    PAUSE = "暂停计时"
    RESUME = "恢复计时"
    EXTEND = "延期"
    COMMENT = "留言"
    ATTACH = "附件"
    SHARE = "共享"
    UNSHARE = "取消共享"
    MISS = "漏报"
    CHASE = "催办"
    HOLD = "保全"
    LIFT = "解除保全"
    ERASE = "清除"


class Stance(StrEnum):
    """What somebody is to one case."""

    STATION = "来源单位"
    CENTRE = "矛调中心"
    LEAD = "主办单位"
    CO = "协办单位"
    GUEST = "受邀参与"
    LEADER = "领导"
    SYSTEM = "系统"


# Somebody has it in hand, or must take it in hand: deadlines run.
OPEN = frozenset({State.OPENED, State.AT_CENTRE, State.DISPATCHED, State.ACCEPTED, State.HANDLING, State.ARBITRATION})
IN_HAND = frozenset({State.ACCEPTED, State.HANDLING})
# Nothing is to be done any more unless it flares up again.
CLOSED = frozenset({State.KEPT, State.ARCHIVED, State.CRIMINAL, State.ENDED})
ALL = frozenset(State)
# Whose colour is looked at again.
_REVIEWED = OPEN | {State.RESOLVED, State.VISITED, State.KEPT}
# A new incident makes it an open case again.
REOPENED = ALL - OPEN

_HANDLERS = frozenset({Stance.LEAD, Stance.CENTRE})
_UNITS = frozenset({Stance.STATION, Stance.CENTRE, Stance.LEAD, Stance.CO})
_JUDGES = frozenset({Stance.CENTRE, Stance.LEADER})
_EVERYBODY = _UNITS | {Stance.GUEST, Stance.LEADER}
_SYSTEM = frozenset({Stance.SYSTEM})


@dataclass(frozen=True, slots=True)
class Step:
    """From which states an act is possible, for whom, and where it leads; None leaves the state as it is."""

    sources: frozenset[State]
    target: State | None
    by: frozenset[Stance]


STEPS: Mapping[Act, Step] = {
    Act.OPEN: Step(frozenset(), State.OPENED, frozenset({Stance.STATION})),
    Act.JOIN: Step(OPEN, None, frozenset({Stance.STATION, Stance.CENTRE})),
    Act.LEAVE: Step(ALL, None, frozenset({Stance.STATION, Stance.CENTRE})),
    # To the centre if it ever had it, else to the station: see `handing_over.Join`.
    Act.RECUR: Step(REOPENED, State.AT_CENTRE, frozenset({Stance.STATION, Stance.CENTRE})),
    Act.TRANSFER: Step(frozenset({State.OPENED}), State.AT_CENTRE, frozenset({Stance.STATION})),
    Act.KEEP: Step(frozenset({State.OPENED}), State.KEPT, frozenset({Stance.STATION})),
    Act.DISPATCH: Step(
        frozenset({State.AT_CENTRE, State.ARBITRATION, State.DISPATCHED}) | IN_HAND,
        State.DISPATCHED,
        frozenset({Stance.CENTRE}),
    ),
    Act.ACCEPT: Step(frozenset({State.DISPATCHED}), State.ACCEPTED, frozenset({Stance.LEAD})),
    # The third return goes to the centre's arbitration instead: see `handing_over.Return`.
    Act.RETURN: Step(frozenset({State.DISPATCHED, State.ACCEPTED}), State.AT_CENTRE, frozenset({Stance.LEAD})),
    Act.REPORT: Step(IN_HAND, State.HANDLING, frozenset({Stance.LEAD, Stance.CO, Stance.GUEST})),
    Act.RESOLVE: Step(IN_HAND, State.RESOLVED, _HANDLERS),
    # Only a stable outcome moves it on: see `handling.Visit`.
    Act.VISIT: Step(frozenset({State.RESOLVED}), State.VISITED, _HANDLERS | {Stance.STATION}),
    Act.ARCHIVE: Step(frozenset({State.VISITED}), State.ARCHIVED, frozenset({Stance.CENTRE})),
    Act.CRIMINAL: Step(OPEN | {State.RESOLVED, State.VISITED}, State.CRIMINAL, frozenset({Stance.STATION})),
    Act.END: Step(IN_HAND, State.ENDED, _HANDLERS),
    Act.ESCALATE: Step(OPEN, None, _UNITS),
    Act.RAISE: Step(OPEN | {State.RESOLVED, State.VISITED}, None, _EVERYBODY - {Stance.GUEST}),
    Act.REVIEW: Step(_REVIEWED, None, _JUDGES),
    Act.ASK_LOWER: Step(_REVIEWED, None, _JUDGES),
    Act.AGREE_LOWER: Step(_REVIEWED, None, _JUDGES),
    Act.REFUSE_LOWER: Step(_REVIEWED, None, _JUDGES),
    Act.PAUSE: Step(IN_HAND, None, _HANDLERS),
    Act.RESUME: Step(IN_HAND, None, _HANDLERS),
    Act.EXTEND: Step(IN_HAND, None, _JUDGES),
    Act.COMMENT: Step(ALL, None, _EVERYBODY),
    Act.ATTACH: Step(ALL, None, _EVERYBODY),
    Act.SHARE: Step(ALL, None, _HANDLERS),
    Act.UNSHARE: Step(ALL, None, _HANDLERS),
    Act.MISS: Step(OPEN, None, _SYSTEM),
    # Whoever settled it or kept it owes the visit, and another look.
    Act.CHASE: Step(_REVIEWED, None, _SYSTEM),
    # Whoever answers for the case, or hears first of a lawsuit. An administrator sees no case, an auditor changes none.
    Act.HOLD: Step(ALL, None, _JUDGES),
    Act.LIFT: Step(ALL, None, frozenset({Stance.LEADER})),
    # Once two persons want it: see `service.retention`.
    Act.ERASE: Step(CLOSED, None, _SYSTEM),
}


def possible(state: State, stances: frozenset[Stance]) -> tuple[Act, ...]:
    """What somebody can do to a case as it stands, in the order of `Act`."""
    return tuple(act for act, step in STEPS.items() if state in step.sources and not step.by.isdisjoint(stances))
