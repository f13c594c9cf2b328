"""The pages of units: the tree with its kinds, departments and people, and one unit to be changed."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.accounts.gate import Signed
from service.accounts.model import Actor, Role
from service.errors import InputError
from service.plain_sheet import XLSX
from service.units.actions import Units
from service.units.api import Organisation
from service.units.exchange import FileKind, take_table, written
from service.units.model import Kind, Member, Unit
from service.units.tree import Tree
from service.web.rendering import render

router = APIRouter(prefix="/units", include_in_schema=False, default_response_class=HTMLResponse)

_MEDIA = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
Words = Annotated[str, Form()]
Departments = Annotated[list[str] | None, Form()]


@dataclass(frozen=True, slots=True)
class Line:
    """A unit as a line of the tree."""

    unit: Unit
    depth: int
    members: list[Member]


@router.get("")
def tree(request: Request, actor: Signed, organisation: Organisation) -> Response:
    """The whole tree, and for 管理员 the form for a new unit."""
    return _tree(request, actor, organisation)


@router.post("")
def add(
    request: Request,
    actor: Signed,
    organisation: Organisation,
    name: Words = "",
    kind: Words = "",
    parent_id: Words = "",
    departments: Departments = None,
) -> Response:
    """A new unit."""
    try:
        organisation.add(actor, name, kind, parent_id, departments or [])
    except InputError as error:
        typed = {"name": name, "kind": kind, "parent_id": parent_id, "departments": departments or []}
        return _tree(request, actor, organisation, error.status, error=error.message, typed=typed)
    return RedirectResponse("/units?done=added", 303)


@router.get("/table.{kind}")
def download(kind: FileKind, actor: Signed, organisation: Organisation) -> Response:
    """The units in use as a table to keep and to edit."""
    name = quote(f"单位.{kind}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(written(organisation, actor, kind), media_type=_MEDIA[kind], headers=headers)


@router.post("/table")
def take(
    request: Request,
    actor: Signed,
    organisation: Organisation,
    table: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Add and change units as a table says."""
    try:
        if table is None or not table.filename:
            raise InputError("请选择要导入的表格")
        taken = take_table(organisation, actor, table.filename, table.file.read())
    except InputError as error:
        return _tree(request, actor, organisation, error.status, table_error=error.message)
    return _tree(request, actor, organisation, said=taken.said)


@router.get("/{identity}")
def one(request: Request, identity: str, actor: Signed, organisation: Organisation) -> Response:
    """One unit, to be changed by 管理员."""
    return _one(request, actor, organisation, identity)


@router.post("/{identity}")
def change(
    request: Request,
    identity: str,
    actor: Signed,
    organisation: Organisation,
    name: Words = "",
    kind: Words = "",
    parent_id: Words = "",
    departments: Departments = None,
) -> Response:
    """Another name, kind, parent, other departments."""
    typed: dict[str, Any] = {"name": name, "kind": kind, "parent_id": parent_id, "departments": departments or []}
    try:
        organisation.change(actor, identity, **typed)
    except InputError as error:
        return _one(request, actor, organisation, identity, error.status, error=error.message, typed=typed)
    return RedirectResponse(f"/units/{identity}?done=changed", 303)


@router.post("/{identity}/enabled")
def enable(request: Request, identity: str, actor: Signed, organisation: Organisation, enabled: Words = "") -> Response:
    """Disable, or enable again."""
    try:
        organisation.change(actor, identity, enabled=enabled == "yes")
    except InputError as error:
        return _one(request, actor, organisation, identity, error.status, error=error.message)
    return RedirectResponse(f"/units/{identity}?done=changed", 303)


def _tree(request: Request, actor: Actor, organisation: Units, status: int = 200, **more: Any) -> Response:
    tree = organisation.tree(actor)
    lines = list(_lines(tree, organisation.members(actor)))
    known = organisation.known_departments()
    stood_for = {name for line in lines if line.unit.enabled for name in line.unit.departments} | {Kind.VILLAGE.value}
    return render(
        request,
        "units.html",
        status,
        lines=lines,
        known=known,
        unmet=[name for name in known if name not in stood_for],
        kinds=list(Kind),
        may_change=actor.has(Role.ADMIN),
        **more,
    )


def _one(
    request: Request, actor: Actor, organisation: Units, identity: str, status: int = 200, **more: Any
) -> Response:
    actor.require(Role.ADMIN)
    tree, unit = organisation.tree(actor), organisation.find(actor, identity)
    lines = list(_lines(tree, organisation.members(actor)))
    inside = tree.below(unit.id) | {unit.id}
    known = organisation.known_departments()
    return render(
        request,
        "units_one.html",
        status,
        line=next(line for line in lines if line.unit.id == unit.id),
        lines=[line for line in lines if line.unit.id not in inside],
        known=[*known, *(name for name in unit.departments if name not in known)],
        kinds=list(Kind),
        **more,
    )


def _lines(tree: Tree, members: list[Member]) -> Iterator[Line]:
    there: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        there[member.unit_id].append(member)
    for depth, unit in tree.walk():
        yield Line(unit, depth, there[unit.id])
