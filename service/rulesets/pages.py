"""The pages of rules: the list, one rule, the draft with editor and Test pane, the preview, versions, the way back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rules import text_difference
from rules.rulebook import Status
from rules.wording import conclusion_lines, condition_lines, example_lines
from service.accounts.gate import Signed
from service.accounts.model import Actor, Role
from service.errors import NotFoundError, TongbanError
from service.rulesets.actions import FaultyDraftError, Outcome
from service.rulesets.api import Days, Room
from service.rulesets.catalogue import HIT_DAYS, history_of, listed
from service.rulesets.model import READERS, Draft, DraftState
from service.web.rendering import render
from service.web.rule_editor import rule_editor

router = APIRouter(prefix="/rules", include_in_schema=False, default_response_class=HTMLResponse)

_FILE = "file:"


async def sent_files(request: Request) -> dict[str, str]:
    """The files in a form: one field a file, named file:family.yaml."""
    form = await request.form(max_fields=1000, max_part_size=20 * 1024 * 1024)
    return {
        name.removeprefix(_FILE): value.replace("\r\n", "\n")
        for name, value in form.items()
        if name.startswith(_FILE) and isinstance(value, str)
    }


Sent = Annotated[dict[str, str], Depends(sent_files)]
Revision = Annotated[int, Form()]


def _may_edit(actor: Actor) -> bool:
    return actor.has(Role.EDITOR, Role.PUBLISHER)


@router.get("")
def rules(request: Request, actor: Signed, room: Room) -> Response:
    """Every rule, and the drafts for those who edit."""
    return _list(request, actor, room)


@router.get("/one/{rule_id}")
def rule(request: Request, rule_id: str, actor: Signed, room: Room) -> Response:
    """One rule with its tests, hits and history."""
    ruleset = room.in_force.ruleset
    found = next((one for one in listed(room.database, ruleset) if one.rule.id == rule_id), None)
    if found is None:
        raise NotFoundError(f"现用的规则里没有编号 {rule_id}")
    said = {
        "condition": condition_lines(found.rule.condition),
        "conclusion": conclusion_lines(found.rule.conclusion),
        "tests": [(test.name, example_lines(test)) for test in found.rule.tests],
    }
    steps = history_of(room.database, rule_id)
    # It lists incidents by their words.
    shows = found.rule.status is Status.TRIAL and actor.has(*READERS)
    seen = room.shadow(actor, rule_id, HIT_DAYS) if shows else None
    return render(request, "rule.html", one=found, said=said, steps=steps, hit_days=HIT_DAYS, seen=seen)


@router.post("/drafts")
def begin(request: Request, actor: Signed, room: Room) -> Response:
    """A new draft of the version in force."""
    try:
        draft = room.begin(actor)
    except TongbanError as error:
        return _list(request, actor, room, error.status, error=error.message)
    return RedirectResponse(f"/rules/drafts/{draft.id}", 303)


@router.get("/drafts/{identity}")
def draft(request: Request, identity: str, actor: Signed, room: Room) -> Response:
    """The editor."""
    return draft_page(request, room, room.draft(actor, identity))


@router.post("/drafts/{identity}")
def save(
    request: Request,
    identity: str,
    actor: Signed,
    room: Room,
    files: Sent,
    revision: Revision,
    note: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = "",
    new_file: Annotated[str, Form()] = "",
) -> Response:
    """Keep what was written, and go where the button says."""
    if new_file.strip():
        files.setdefault(new_file.strip(), "")
    try:
        kept = room.save(actor, identity, files, note, revision)
    except TongbanError as error:
        found = room.draft(actor, identity)
        return draft_page(request, room, found, error.status, files=files, note=note, error=error.message)
    return RedirectResponse(f"/rules/drafts/{kept.id}{'/preview' if then == 'preview' else ''}", 303)


@router.post("/drafts/{identity}/try")
def try_case(
    request: Request,
    identity: str,
    actor: Signed,
    room: Room,
    files: Sent,
    note: Annotated[str, Form()] = "",
    case: Annotated[str, Form()] = "",
    facts: Annotated[str, Form()] = "",
) -> Response:
    """The Test pane: one case under what is written just now, saved or not."""
    found = room.draft(actor, identity)
    shown: dict[str, Any] = {"files": files, "note": note, "case": case, "facts": facts}
    try:
        explained = room.trying.explain_typed(case, facts, files)
    except TongbanError as error:
        return draft_page(request, room, found, error.status, try_error=error.message, **shown)
    return draft_page(request, room, found, explained=explained, **shown)


@router.get("/drafts/{identity}/preview")
def preview(request: Request, identity: str, actor: Signed, room: Room, days: Days = None) -> Response:
    """What is wrong, or what would change; and the buttons to publish."""
    return _preview_page(request, actor, room, room.draft(actor, identity), days=days)


@router.post("/drafts/{identity}/publish")
def publish(request: Request, identity: str, actor: Signed, room: Room, revision: Revision) -> Response:
    """Publish, or ask for the second person."""
    return _published(request, actor, room, identity, lambda: room.publish(actor, identity, revision))


@router.post("/drafts/{identity}/confirm")
def confirm(request: Request, identity: str, actor: Signed, room: Room, revision: Revision) -> Response:
    """The second person."""
    return _published(request, actor, room, identity, lambda: room.confirm(actor, identity, revision))


@router.post("/drafts/{identity}/rebase")
def rebase(request: Request, identity: str, actor: Signed, room: Room, revision: Revision) -> Response:
    """Go on from the version published meanwhile."""
    try:
        room.take_newest_as_base(actor, identity, revision)
    except TongbanError as error:
        return _preview_page(request, actor, room, room.draft(actor, identity), error.status, error=error.message)
    return RedirectResponse(f"/rules/drafts/{identity}/preview", 303)


@router.post("/drafts/{identity}/drop")
def drop(request: Request, identity: str, actor: Signed, room: Room, revision: Revision) -> Response:
    """Give a draft up."""
    try:
        room.drop(actor, identity, revision)
    except TongbanError as error:
        return draft_page(request, room, room.draft(actor, identity), error.status, error=error.message)
    return RedirectResponse("/rules", 303)


@router.get("/history")
def history(request: Request, room: Room) -> Response:
    """Every version, newest first."""
    return render(request, "rules_history.html", made=room.history(), in_force=room.in_force.number)


@router.get("/history/{number}")
def version(request: Request, number: int, actor: Signed, room: Room) -> Response:
    """What a version changed, in words and as text; and the way back to it."""
    return _version_page(request, actor, room, number)


@router.post("/history/{number}/rollback")
def roll_back(request: Request, number: int, actor: Signed, room: Room, note: Annotated[str, Form()] = "") -> Response:
    """Publish this version anew."""
    try:
        outcome = room.roll_back(actor, number, note)
    except TongbanError as error:
        return _version_page(request, actor, room, number, error.status, error=error.message)
    return _after(outcome)


def _list(request: Request, actor: Actor, room: Room, status: int = 200, **more: Any) -> Response:
    drafts = room.open_drafts(actor) if _may_edit(actor) else []
    rows = listed(room.database, room.in_force.ruleset)
    shown = {"rows": rows, "drafts": drafts, "editor": _may_edit(actor), "room": room, "hit_days": HIT_DAYS}
    return render(request, "rules.html", status, **shown, **more)


def draft_page(request: Request, room: Room, found: Draft, status: int = 200, **more: Any) -> Response:
    """The editor with what else there is to say; `files` and `note` in `more` show what was typed instead."""
    shown: dict[str, Any] = {"draft": found, "files": found.files, "note": found.note, "room": room} | more
    shown["problems"] = [] if found.state is DraftState.DROPPED else _problems(room, shown["files"])
    editor = rule_editor()
    answer = render(request, "rules_draft.html", status, editor=editor, **shown)
    answer.headers.update(editor.headers)
    return answer


def _problems(room: Room, files: Mapping[str, str]) -> Sequence[object]:
    try:
        return room.trying.check(files)
    except TongbanError:  # the message about these files is on the page already
        return []


def _preview_page(
    request: Request, actor: Actor, room: Room, found: Draft, status: int = 200, *, days: int | None = None, **more: Any
) -> Response:
    shown: dict[str, Any] = {
        "draft": found,
        "room": room,
        "days": days,
        "changes": room.changes_in(found.files) or [],
        "publisher": actor.has(Role.PUBLISHER),
        "own_request": bool(found.requested_by and found.requested_by.account_id == actor.account_id),
        "newest": room.in_force.newest,
    }
    try:
        shown["seen"] = room.preview(found.files, days)
    except FaultyDraftError as error:
        shown |= {"trial": error.trial, "error": error.message}
    except TongbanError as error:
        shown["error"] = error.message
    return render(request, "rules_preview.html", status, **shown | more)


def _published(request: Request, actor: Actor, room: Room, identity: str, do: Callable[[], Outcome]) -> Response:
    try:
        outcome = do()
    except TongbanError as error:
        return _preview_page(request, actor, room, room.draft(actor, identity), error.status, error=error.message)
    return _after(outcome)


def _after(outcome: Outcome) -> Response:
    if outcome.publication:
        return RedirectResponse(f"/rules/history/{outcome.publication.number}", 303)
    return RedirectResponse(f"/rules/drafts/{outcome.draft.id}/preview", 303)


def _version_page(request: Request, actor: Actor, room: Room, number: int, status: int = 200, **more: Any) -> Response:
    made, files = room.publication(number)
    shown = {
        "made": made,
        "changes": room.changes_of(made),
        "text": text_difference(room.files_of(made.previous), files),
        "files": files,
        "in_force": room.in_force.number,
        "publisher": actor.has(Role.PUBLISHER),
    }
    return render(request, "rules_version.html", status, **shown, **more)
