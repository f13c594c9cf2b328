"""The pages of intake: the form with its live answer, one suggestion with the choice, and the records."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service import clock
from service.accounts.gate import Signed, signed
from service.accounts.model import Actor, Role, as_identity
from service.cases.command import words
from service.cases.dossier import Dossiers
from service.cases.export import Files, dossiers
from service.cases.handing_over import Keep
from service.errors import InputError, RefusedError, TongbanError
from service.incidents.form import RegistrationForm, registration_form
from service.incidents.model import PartyRole
from service.intake.actions import Intake
from service.intake.api import Desk, intake
from service.intake.marking import pieces
from service.intake.model import KeptSuggestion, Proposal
from service.linking.actions import Linking
from service.linking.lookup import Past
from service.linking.pages import Links, Told, linking
from service.rescoring.api import rescoring
from service.web.rendering import render

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_A_PAGE = 30
# What a form sends of each fact is text; empty means: not known.
_FORM_FACTS = {"repeats": "近90天重复次数", "failed": "调解失败次数", "hour": "时刻"}


def incident(
    text: Annotated[str, Form()] = "",
    repeats: Annotated[str, Form()] = "",
    failed: Annotated[str, Form()] = "",
    hour: Annotated[str, Form()] = "",
) -> dict[str, str]:
    """The fields of the intake form as typed."""
    return {"text": _newlines(text), "repeats": repeats, "failed": failed, "hour": hour}


Typed = Annotated[dict[str, str], Depends(incident)]


@router.get("/")
def form(request: Request, actor: Signed) -> Response:
    """An empty intake form; whoever takes no incidents goes on to what is theirs."""
    if not actor.has(Role.DUTY):
        return RedirectResponse(_home(actor), status_code=303)
    desk = intake(request, actor)
    return _page(request, "intake.html", desk, values={"hour": str(clock.now().hour)})


@router.post("/")
def submit(request: Request, desk: Desk, actor: Signed, values: Typed, known: Told, links: Links) -> Response:
    """The form without script: keep a suggestion and go to its page."""
    try:
        past = links.past(values["text"], known)
        kept = desk.suggest(values["text"], _known(desk, values), "页面", past, actor)
    except TongbanError as error:
        return _page(request, "intake.html", desk, error.status, values=values, told=known, error=error.message)
    return RedirectResponse(f"/suggestions/{kept.id}", status_code=303)


@router.post("/live")
def live(request: Request, desk: Desk, actor: Signed, values: Typed, known: Told, links: Links) -> Response:
    """The answer alone, while somebody types."""
    try:
        past = links.past(values["text"], known)
        kept = desk.suggest(values["text"], _known(desk, values), "输入中", past, actor)
    except TongbanError as error:
        return _page(request, "_problem.html", desk, error.status, error=error.message)
    return _page(request, "_answer.html", desk, kept=kept, **_beside(links, actor, kept, past))


@router.get("/suggestions/{identity}")
def suggestion(request: Request, identity: str, desk: Desk, actor: Signed) -> Response:
    """A kept suggestion, what was chosen, the form to choose, and once that is done the form to register."""
    return _suggestion_page(request, desk, desk.find(actor, identity))


@router.post("/suggestions/{identity}/case")
def register(
    request: Request,
    identity: str,
    desk: Desk,
    actor: Signed,
    files: Files,
    links: Links,
    typed: Annotated[RegistrationForm, Depends(registration_form)],
    do: Annotated[str, Form()] = "",
    join: Annotated[str, Form()] = "",
    keep_reason: Annotated[str, Form()] = "",
) -> Response:
    """Begin a case with the incident, and hand it on or keep it; join it to a case; or one more row for people."""
    kept = desk.find(actor, identity)
    more: dict[str, Any] = {"typed": typed, "keep_reason": keep_reason}
    if do == "more":
        return _suggestion_page(request, desk, kept, **more | {"typed": typed.with_another()})
    if case := files.standing(actor, kept.id).case:
        return RedirectResponse(f"/cases/{case.id}", 303)
    try:
        if not kept.choices:
            raise RefusedError("请先决定怎么办，再建档")
        if join:
            joined = links.join(actor, kept, as_identity(join), typed.registration())
            return RedirectResponse(f"/cases/{joined.id}?done=join", 303)
        case_id = _begin(files, actor, kept, typed, do, keep_reason)
    except TongbanError as error:
        return _suggestion_page(request, desk, kept, error.status, register_error=error.message, **more)
    return RedirectResponse(f"/cases/{case_id}?done=open", 303)


@router.post("/suggestions/{identity}/choices")
def choose(
    request: Request,
    identity: str,
    desk: Desk,
    actor: Signed,
    decision: Annotated[str, Form()] = "",
    person: Annotated[str, Form()] = "",
    second_person: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    dispute_type: Annotated[str | None, Form()] = None,
    department: Annotated[str | None, Form()] = None,
    co_departments: Annotated[list[str] | None, Form()] = None,
    colour: Annotated[str | None, Form()] = None,
    seen: Annotated[int | None, Form()] = None,
) -> Response:
    """Accept or choose otherwise."""
    wanted = Proposal(
        accepted=decision == "accept",
        person=person,
        reason=_newlines(reason),
        second_person=second_person,
        dispute_type=dispute_type,
        department=department,
        co_departments=co_departments or [],
        colour=colour,
        seen=seen,
    )
    try:
        desk.choose(identity, wanted, actor)
    except TongbanError as error:
        kept = desk.find(actor, identity)
        return _suggestion_page(request, desk, kept, error.status, error=error.message, wanted=wanted)
    return RedirectResponse(f"/suggestions/{identity}", status_code=303)


@router.get("/records")
def records(request: Request, desk: Desk, actor: Signed, page: int = 1) -> Response:
    """Kept suggestions, newest first; a page beyond the last is the last."""
    total = desk.count(actor)
    pages = max(1, -(-total // _A_PAGE))
    page = min(max(page, 1), pages)
    rows = desk.recent(actor, _A_PAGE, (page - 1) * _A_PAGE)
    return _page(request, "records.html", desk, rows=rows, total=total, page=page, pages=pages)


def _home(actor: Actor) -> str:
    if actor.has(Role.CENTRE, Role.HANDLER, Role.LEADER, Role.HELPER):
        return "/todo"
    if actor.has(Role.ADMIN):
        return "/accounts"
    return "/audit" if actor.has(Role.AUDITOR) else "/account"


def _known(desk: Intake, values: dict[str, str]) -> dict[str, object]:
    return {
        fact: desk.parse_fact(fact, value)
        for field, fact in _FORM_FACTS.items()
        if (value := values[field].strip()) and fact in desk.ruleset.facts
    }


def _newlines(text: str) -> str:
    """A browser sends line ends as CR LF; offsets and archive keep the one character that was typed."""
    return text.replace("\r\n", "\n")


def _begin(
    files: Dossiers, actor: Actor, kept: KeptSuggestion, typed: RegistrationForm, do: str, keep_reason: str
) -> str:
    """The id of the new case; raises TongbanError, and then either nothing was done or the message says what was."""
    if do not in ("open", "transfer", "keep"):
        raise InputError("请选建档、建档并流转或建档不流转")
    reason = words(_newlines(keep_reason), "不流转的理由", needed=do == "keep")
    case = files.cases.open(actor, kept.id, typed.registration())
    try:
        if do == "transfer":
            files.cases.transfer(actor, case.id, seen=case.version)
        elif do == "keep":
            files.cases.do(actor, case.id, Keep(reason), seen=case.version)
    except TongbanError as error:
        raise RefusedError(f"已经建档，档案 {case.number}；后一步没有办成：{error.message}") from error
    return case.id


def _suggestion_page(request: Request, desk: Intake, kept: KeptSuggestion, status: int = 200, **more: Any) -> Response:
    links, actor = linking(request), signed(request)
    beside = _beside(links, actor, kept)
    taken = kept.shown.get("history", {}).get("taken", ())
    # What history gave is not put into the fields: there it would count as typed the next time.
    known = {name: value for name, value in kept.shown["known"].items() if name not in taken}
    values = {field: str(known.get(fact, "")) for field, fact in _FORM_FACTS.items()}
    more |= {"values": values | {"text": kept.shown["text"]}, "history": rescoring(request).history(actor, kept.id)}
    more |= {"standing": dossiers(request).standing(actor, kept.id), "party_roles": list(PartyRole)}
    told = beside["possible"].told
    more.setdefault("typed", RegistrationForm.of(told))
    more |= {"told": told, **beside}
    return _page(request, "intake.html", desk, status, kept=kept, **more)


def _beside(links: Linking, actor: Actor, kept: KeptSuggestion, past: Past | None = None) -> dict[str, Any]:
    """What stands beside a suggestion: cases that may be of the same dispute, and how others like it were settled."""
    return {"possible": links.possible(actor, kept, past), "similar": links.similar(actor, kept)}


def _page(request: Request, template: str, desk: Intake, status: int = 200, **context: Any) -> Response:
    return render(request, template, status, vocabulary=desk.vocabulary, pieces=pieces, **context)
