"""tongban rules publish and rollback: a new version in force, or a draft that waits for the second person."""

from pathlib import Path

import click

from rules import Problem, load, load_texts
from service import clock
from service.accounts.model import Actor, Role
from service.commands.rules.checking import print_problems
from service.commands.rules.effect import effect_lines
from service.commands.rules.numbers import whole
from service.commands.rules.opened import FOLDER, JSON
from service.commands.rules.previewing import LEAVES_RED
from service.commands.rules.refusal import faults, print_json, refuse
from service.commands.rules.room import publishing_room
from service.errors import TongbanError
from service.rulesets import shown
from service.rulesets.actions import Outcome, Rulesets
from service.rulesets.model import Draft, DraftState, checked_note
from service.rulesets.versions import MOST

_NOTE = click.option("--note", required=True, metavar="说明", help="改了什么、为什么")
_STATUSES = "不能发布以状态 1 结束，要另一人复核以状态 3。"


@click.command(help=f"把 PATH 的规则作为新的一版发布；与现用的没有差别就什么也不做。{_STATUSES}")
@FOLDER
@_NOTE
@JSON
def publish(path: Path, note: str, as_json: bool) -> int:
    """Publish, or ask for the second person. What can't be published leaves no draft open."""
    note = checked_note(note)
    written, problems = load(path, today=clock.now().date(), engine=False)
    if written is None:
        return faults(problems, as_json)
    with publishing_room() as (room, actor):
        room.require_publishing()
        if written.content_hash == room.in_force.ruleset.content_hash:
            return _unchanged(room, as_json)
        if waiting := _waiting(room, actor, written.content_hash):
            return _still_waiting(waiting, as_json)
        draft = room.begin(actor, note, written.files)
        try:
            outcome = room.publish(actor, draft.id, draft.revision)
        except TongbanError as error:
            room.drop(actor, draft.id, draft.revision)
            return refuse(error, problems, as_json)
    return _report(outcome, problems, as_json)


@click.command(help=f"把第 NUMBER 版的内容作为新的一版发布，检查一样不少。{_STATUSES}")
@click.argument("number", type=whole(1, MOST))
@_NOTE
@JSON
def rollback(number: int, note: str, as_json: bool) -> int:
    """Publish an old version anew."""
    with publishing_room() as (room, actor):
        room.require_publishing()
        made, files = room.publication(number)
        if made.version == room.in_force.ruleset.version:
            return _unchanged(room, as_json)
        written, problems = load_texts(files, today=clock.now().date(), engine=False)
        if written is None:
            return faults(problems, as_json)
        if waiting := _waiting(room, actor, written.content_hash):
            return _still_waiting(waiting, as_json)
        try:
            outcome = room.roll_back(actor, number, note)
        except TongbanError as error:
            return refuse(error, problems, as_json)
    return _report(outcome, problems, as_json)


def _waiting(room: Rulesets, actor: Actor, content_hash: str) -> Draft | None:
    """The draft that says the same and waits already: a program that runs again asks nobody twice."""
    for draft in room.open_drafts(actor):
        if draft.state is DraftState.WAITING and draft.base == room.in_force.newest:
            written, _ = load_texts(draft.files, today=clock.now().date(), engine=False)
            if written is not None and written.content_hash == content_hash:
                return draft
    return None


def _unchanged(room: Rulesets, as_json: bool) -> int:
    number = room.in_force.number
    if as_json:
        print_json({"ok": True, "result": "unchanged", "number": number})
    else:
        click.echo(f"与现用的{f'第 {number} 版' if number else '自带规则'}没有差别，没有发布")
    return 0


def _still_waiting(draft: Draft, as_json: bool) -> int:
    if as_json:
        print_json({"ok": True, "result": "waiting", "draft": shown.draft(draft, files=False)})
    else:
        click.echo("同样的内容已在等人复核，没有另起草稿")
        click.echo(_how_to_confirm(draft))
    return LEAVES_RED


def _report(outcome: Outcome, problems: list[Problem], as_json: bool) -> int:
    made = outcome.publication
    if as_json:
        result = {"ok": True, "result": "published" if made else "waiting"}
        print_json(result | {"problems": list(map(shown.problem, problems))} | shown.outcome(outcome))
    else:
        print_problems(problems)
        click.echo("\n".join(effect_lines(outcome.preview)))
        click.echo(f"第 {made.number} 版已发布：{made.version}" if made else _how_to_confirm(outcome.draft))
    return 0 if made else LEAVES_RED


def _how_to_confirm(draft: Draft) -> str:
    return (
        f"有存档的警情会离开红色，要另一位有“{Role.PUBLISHER}”角色的人复核，之后才生效；草稿 {draft.id} 待复核\n"
        f"  在网页上：/rules/drafts/{draft.id}/preview\n"
        f'  用接口密钥：POST /api/v1/rules/drafts/{draft.id}/confirm，内容 {{"revision": {draft.revision}}}'
    )
