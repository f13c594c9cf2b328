"""What can be done to a case as forms: an act comes in, its fields go out; what was typed comes in, a command goes out.

Whether it may be done is not decided here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from service import clock
from service.cases.actions import to_centre
from service.cases.command import Command, guarded
from service.cases.dossier import Dossier
from service.cases.handing_over import Accept, Dispatch, Keep, Leave, Return
from service.cases.handling import Archive, Criminal, End, Extend, Pause, Report, Resolve, Resume, Visit
from service.cases.holding import Hold, Lift
from service.cases.life import Act, State
from service.cases.model import Case, Outcome, Resolution, ReturnCode
from service.cases.privacy import masked_text
from service.cases.sharing import Comment, Share, Unshare
from service.cases.waiting import receivers
from service.cases.warning import AnswerLower, AskLower, Escalate, Raise, Review
from service.errors import InputError, RefusedError
from service.timing.policy import Policy
from service.web.forms import day_of

Typed = Mapping[str, Sequence[str]]

_LONGEST_BEGINNING = 24


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `options` are (value, words); `chosen` is what stands in it at first."""

    name: str
    label: str
    kind: Literal["words", "line", "day", "one", "many"]
    needed: bool = True
    options: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one act."""

    act: Act
    title: str
    fields: tuple[Field, ...]


def forms(dossier: Dossier, policy: Policy) -> list[Form]:
    """One for each act that somebody can do now and that has its form on the page of the case."""
    acts = [act for act in dossier.file.possible if act in _FIELDS and _sensible(act, dossier.case, policy)]
    return [form(act, dossier, policy) for act in acts]


def form(act: Act, dossier: Dossier, policy: Policy) -> Form:
    """The form of an act; raises RefusedError for one that has none."""
    if act not in _FIELDS:
        raise RefusedError(f"“{act}”不在这里办")
    again = act is Act.DISPATCH and dossier.case.state not in (State.AT_CENTRE, State.ARBITRATION)
    return Form(act, "转派" if again else act.value, tuple(_FIELDS[act](dossier, policy)))


def command(wanted: Form, typed: Typed, dossier: Dossier) -> Command:
    """What was typed into a form, as a command; raises InputError for what is not to be chosen."""
    values: dict[str, Any] = {one.name: _value(one, typed.get(one.name, ())) for one in wanted.fields}
    people = {**dossier.guests, **dossier.helpers}
    match wanted.act:
        case Act.SHARE | Act.UNSHARE:
            kind = Share if wanted.act is Act.SHARE else Unshare
            return kind(values["account_id"], people[values["account_id"]])
        case Act.AGREE_LOWER | Act.REFUSE_LOWER:
            return AnswerLower(wanted.act is Act.AGREE_LOWER, **values)
        case Act.TRANSFER:
            return to_centre(dossier.case, dossier.tree, **values)
        case act:
            return _COMMANDS[act](**values)


def _value(wanted: Field, typed: Sequence[str]) -> Any:
    allowed = {value for value, _ in wanted.options}
    if wanted.kind == "many":
        if foreign := set(typed) - allowed:
            raise InputError(f"{wanted.label}里没有“{min(foreign)}”")
        return tuple(typed)
    first = (typed[0] if typed else "").replace("\r\n", "\n")
    if wanted.kind == "day":
        return day_of(first, wanted.label)
    if wanted.kind == "one" and (first or wanted.needed) and first not in allowed:
        raise InputError(f"请选{wanted.label}")
    return first


def _sensible(act: Act, case: Case, policy: Policy) -> bool:
    """Whether it is worth a form: the state alone doesn't say that a clock is paused, or a colour the heaviest."""
    match act:
        case Act.PAUSE:
            return not case.paused_at
        case Act.RESUME:
            return bool(case.paused_at)
        case Act.AGREE_LOWER | Act.REFUSE_LOWER:
            return bool(case.lowering)
        case Act.ASK_LOWER:
            return not case.lowering and guarded(case.colour, policy.colours)
        case Act.RAISE:
            return bool(_colours(case, policy, heavier=True))
        case Act.UNSHARE:
            return bool(case.guests)
        case Act.LEAVE:
            return len(case.incidents) > 1
        case Act.HOLD:
            return not case.hold
        case Act.LIFT:
            return bool(case.hold)
        case _:
            return True


def _colours(case: Case, policy: Policy, *, heavier: bool) -> list[str]:
    at = policy.colours.index(case.colour) if case.colour in policy.colours else -1
    return list(policy.colours[: max(at, 0)] if heavier else policy.colours[at + 1 :])


def _plain(values: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(value)) for value in values)


def _words(label: str, name: str = "reason", *, needed: bool = True) -> Field:
    return Field(name, label, "words", needed)


def _colour(dossier: Dossier, policy: Policy, *, heavier: bool = False, stays: bool = False) -> Field:
    case = dossier.case
    values = ([case.colour] if stays else []) + _colours(case, policy, heavier=heavier)
    # The heaviest falls only with two, by another act.
    if stays and guarded(case.colour, policy.colours):
        values = [case.colour]
    return Field("colour", "预警颜色", "one", options=_plain(values), chosen=tuple(values[:1]))


def _dispatch(dossier: Dossier, _policy: Policy) -> list[Field]:
    case, units = dossier.case, receivers(dossier.tree, dossier.case)
    known = {unit.id for unit in units}
    latest = dossier.kept.get(case.incidents[-1])

    def standing_for(*departments: str) -> tuple[str, ...]:
        found = [dossier.tree.unit_for(one, case.station_id) for one in departments] if known else []
        return tuple(unit.id for unit in found if unit and unit.id in known)

    options = tuple((unit.id, unit.name) for unit in units)
    lead = standing_for(latest.current.department) if latest else ()
    helpers = standing_for(*latest.current.co_departments) if latest else ()
    return [
        Field("lead_id", "主办单位", "one", options=options, chosen=lead),
        Field("co_ids", "协办单位", "many", needed=False, options=options, chosen=helpers),
        _words("交办意见", "note", needed=False),
    ]


def _resolve(dossier: Dossier, _policy: Policy) -> list[Field]:
    files = tuple((one.id, masked_text(one.name, dossier.people)[0]) for one in dossier.attachments)
    return [
        Field("resolution", "化解方式", "one", options=_plain(list(Resolution))),
        _words("化解结果", "words"),
        Field("agreement", "协议（从附件里选，没有可不选）", "one", needed=False, options=files),
    ]


def _leave(dossier: Dossier, _policy: Policy) -> list[Field]:
    return [
        Field("incident", "哪一条警情", "one", options=tuple(_incidents(dossier))),
        _words("移出的理由"),
    ]


def _incidents(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Each as the page counts and shows it, so that nobody takes the wrong one."""
    for number, one in enumerate(dossier.file.incidents, start=1):
        kept = dossier.kept.get(one.id)
        text = masked_text(str(kept.shown["text"]), dossier.people)[0] if kept else ""
        begins = text if len(text) <= _LONGEST_BEGINNING else text[:_LONGEST_BEGINNING] + "…"
        yield one.id, f"警情 {number}：{dossier.numbers[one.id]}，{clock.local(one.registration.happened_at)}，{begins}"


def _mentions(dossier: Dossier) -> Field:
    units = tuple((one, dossier.unit(one)) for one in sorted(dossier.case.units, key=dossier.unit))
    return Field("mentions", "提到", "many", needed=False, options=units)


_COMMANDS: Mapping[Act, Callable[..., Command]] = {
    Act.KEEP: Keep,
    Act.DISPATCH: Dispatch,
    Act.ACCEPT: Accept,
    Act.RETURN: Return,
    Act.REPORT: Report,
    Act.RESOLVE: Resolve,
    Act.VISIT: Visit,
    Act.ARCHIVE: Archive,
    Act.CRIMINAL: Criminal,
    Act.END: End,
    Act.LEAVE: Leave,
    Act.ESCALATE: Escalate,
    Act.RAISE: Raise,
    Act.REVIEW: Review,
    Act.ASK_LOWER: AskLower,
    Act.PAUSE: Pause,
    Act.RESUME: Resume,
    Act.EXTEND: Extend,
    Act.COMMENT: Comment,
    Act.HOLD: Hold,
    Act.LIFT: Lift,
}

_FIELDS: Mapping[Act, Callable[[Dossier, Policy], list[Field]]] = {
    Act.TRANSFER: lambda d, p: [_words("附言", "note", needed=False)],
    Act.KEEP: lambda d, p: [_words("不流转的理由")],
    Act.DISPATCH: _dispatch,
    Act.ACCEPT: lambda d, p: [],
    Act.RETURN: lambda d, p: [Field("code", "原因", "one", options=_plain(list(ReturnCode))), _words("退回的理由")],
    Act.REPORT: lambda d, p: [_words("进展", "words")],
    Act.RESOLVE: _resolve,
    Act.VISIT: lambda d, p: [
        Field("outcome", "结果", "one", options=_plain(list(Outcome))),
        _words("回访情况", "words"),
    ],
    Act.ARCHIVE: lambda d, p: [],
    Act.CRIMINAL: lambda d, p: [
        Field("case_number", "立案编号", "line", needed=False),
        _words("转案的理由"),
    ],
    Act.END: lambda d, p: [_words("终止的理由和告知的途径")],
    Act.LEAVE: _leave,
    Act.ESCALATE: lambda d, p: [_words("上报的理由")],
    Act.RAISE: lambda d, p: [_colour(d, p, heavier=True), _words("调高的理由")],
    Act.REVIEW: lambda d, p: [_colour(d, p, stays=True), _words("复核意见", "words")],
    Act.ASK_LOWER: lambda d, p: [_colour(d, p), _words("调低的理由")],
    Act.AGREE_LOWER: lambda d, p: [_words("答复意见", "words", needed=False)],
    Act.REFUSE_LOWER: lambda d, p: [_words("答复意见", "words")],
    Act.PAUSE: lambda d, p: [_words("暂停的理由")],
    Act.RESUME: lambda d, p: [],
    Act.EXTEND: lambda d, p: [Field("until", "新的办结日期", "day"), _words("双方同意延期的理由")],
    Act.COMMENT: lambda d, p: [_words("留言", "words"), _mentions(d)],
    Act.SHARE: lambda d, p: [Field("account_id", "调解志愿", "one", options=tuple(d.helpers.items()))],
    Act.UNSHARE: lambda d, p: [Field("account_id", "已共享给", "one", options=tuple(d.guests.items()))],
    Act.HOLD: lambda d, p: [_words("保全的理由（到期也不清除，直到另一人解除）")],
    Act.LIFT: lambda d, p: [_words("解除保全的理由")],
}
