"""The page of one case: what it is, who it is about, what was done, and the forms of what can be done next."""

import hashlib
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from service.accounts.gate import Signed
from service.accounts.model import Actor, as_identity
from service.cases.attachments import Attachments
from service.cases.command import Command
from service.cases.dossier import Dossier, Dossiers
from service.cases.export import Files
from service.cases.forms import Typed, command, form, forms
from service.cases.life import Act
from service.cases.showing import shown
from service.cases.sniffing import SUFFIXES
from service.errors import InputError, NotFoundError, TongbanError
from service.web.rendering import render
from service.web.upload import receive_file

router = APIRouter(prefix="/cases", include_in_schema=False, default_response_class=HTMLResponse)

# Where files come in, of a size that is not kept in memory: a pattern for the whole path.
UPLOADS = "/cases/[^/]+/attachments"
# Words and files to a case are not wrong because somebody else was faster.
_TIMELESS = frozenset({Act.COMMENT, Act.ATTACH})


def attachments(request: Request) -> Attachments:
    """The files that the application opened at its start."""
    opened: Attachments = request.app.state.attachments
    return opened


Attached = Annotated[Attachments, Depends(attachments)]


async def typed(request: Request) -> Typed:
    """Every field of the form that came in, as often as it came."""
    sent = await request.form()
    return {name: [one for one in sent.getlist(name) if isinstance(one, str)] for name in sent}


@router.get("/{identity}")
def case(request: Request, identity: str, actor: Signed, files: Files) -> Response:
    """The case, personal data masked."""
    return _page(request, files, files.read(actor, identity))


@router.post("/{identity}/people")
def reveal(request: Request, identity: str, actor: Signed, files: Files) -> Response:
    """The same with names and numbers, for who may see them; it is written down."""
    return _page(request, files, files.reveal(actor, identity), revealed=True)


@router.get("/{identity}/file")
def whole(request: Request, identity: str, actor: Signed, files: Files) -> Response:
    """The whole file to be printed, personal data masked; it is written down."""
    return _whole(request, files, files.hand_out(actor, identity, revealed=False), revealed=False)


@router.post("/{identity}/file")
def whole_revealed(request: Request, identity: str, actor: Signed, files: Files) -> Response:
    """The same with names and numbers, for who may see them."""
    return _whole(request, files, files.hand_out(actor, identity, revealed=True), revealed=True)


@router.post("/{identity}/acts")
def act(
    request: Request, identity: str, actor: Signed, files: Files, sent: Annotated[Typed, Depends(typed)]
) -> Response:
    """Do something to the case. What is refused stays in its form."""
    dossier = files.read(actor, identity)
    wanted: Act | None = None
    try:
        wanted = _act(sent)
        seen = _seen(sent)
        order = command(form(wanted, dossier, files.cases.policy), sent, dossier)
        _do(files, actor, dossier.case.id, order, seen)
    except NotFoundError:
        raise
    except TongbanError as error:
        # What stands against it may be newer than what was read.
        dossier = files.read(actor, identity)
        return _page(request, files, dossier, error.status, error=error.message, failed=wanted, sent=sent)
    return RedirectResponse(f"/cases/{dossier.case.id}?done={order.act.name.lower()}", 303)


@router.post("/{identity}/attachments")
async def upload(request: Request, identity: str, actor: Signed, files: Files, attached: Attached) -> Response:
    """Add a file to the case, written to the disk as it arrives."""
    try:
        arriving = await run_in_threadpool(attached.arriving, actor, identity)
        try:
            name = await receive_file(request, arriving)
        except BaseException:
            arriving.unlink(missing_ok=True)  # here, since whoever was cancelled can wait for nothing
            raise
        case = await run_in_threadpool(attached.take, actor, as_identity(identity), name, arriving)
    except NotFoundError:
        raise
    except TongbanError as error:
        dossier = await run_in_threadpool(files.read, actor, identity)
        return await run_in_threadpool(_page, request, files, dossier, error.status, file_error=error.message)
    return RedirectResponse(f"/cases/{case.id}?done={Act.ATTACH.name.lower()}", 303)


@router.get("/{identity}/attachments/{attachment}")
def download(identity: str, attachment: str, actor: Signed, attached: Attached) -> Response:
    """A file of the case, to be kept; a browser opens nothing of it in our name."""
    found, path = attached.fetch(actor, identity, attachment)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return FileResponse(path, media_type=found.media_type, headers=headers)


def _act(sent: Typed) -> Act:
    value = "".join(sent.get("act", ())[:1])
    if value not in set(Act):
        raise InputError("不知道要办什么；请从档案页上的表格提交")
    return Act(value)


def _seen(sent: Typed) -> int:
    value = "".join(sent.get("seen", ())[:1])
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise InputError("不知道您看到的是哪一版档案；请刷新后再办")
    return int(value)


def _do(files: Dossiers, actor: Actor, case_id: str, order: Command, seen: int) -> None:
    """The same form sent twice does it once: its key is what was seen and what is wanted."""
    key = hashlib.sha256(f"{case_id} {seen} {order!r}".encode("utf-8", "replace")).hexdigest()
    files.cases.do(actor, case_id, order, seen=None if order.act in _TIMELESS else seen, key=f"页面 {key}")


def _whole(request: Request, files: Dossiers, dossier: Dossier, *, revealed: bool) -> Response:
    view = shown(dossier, files.cases.policy, revealed=revealed)
    return render(request, "case_file.html", view=view, printed_at=f"{dossier.now:%Y-%m-%d %H:%M}")


def _page(
    request: Request,
    files: Dossiers,
    dossier: Dossier,
    status: int = 200,
    *,
    revealed: bool = False,
    failed: Act | None = None,
    **more: Any,
) -> Response:
    policy = files.cases.policy
    offered = forms(dossier, policy)
    if failed and failed not in [one.act for one in offered]:
        try:
            offered = [form(failed, dossier, policy), *offered]
        except TongbanError:
            failed = None
    done = request.query_params.get("done", "").upper()
    context = {
        "view": shown(dossier, policy, revealed=revealed),
        "forms": offered,
        "failed": failed,
        "done": Act[done].value if done in Act.__members__ else "",
        "suffixes": SUFFIXES,
        "attachment_mb": request.app.state.attachment_mb,
        "may_attach": Act.ATTACH in dossier.file.possible,
    }
    return render(request, "case.html", status, **context, **more)
