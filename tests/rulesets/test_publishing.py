"""From draft to a version in force and back: who may, what is checked, and what never goes missing."""

import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from rules import Ruleset
from service.accounts.model import Actor
from service.audit.actions import Trail
from service.audit.model import Action
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from service.rulesets.actions import FaultyDraftError, Rulesets
from service.rulesets.in_force import InForce
from service.rulesets.model import Draft, DraftState, Kind
from service.rulesets.trial import prove
from service.storage.database import Database
from tests.rulesets.recording import EDITOR, OFFICER, PUBLISHER, SECOND, record_incidents
from tests.rulesets.town import UNUSED, town

YELLOW_FOR_NEIGHBOURS = ("村(社区), 预警颜色: 蓝", "村(社区), 预警颜色: 黄")
RED_FOR_NEIGHBOURS = ("村(社区), 预警颜色: 黄", "村(社区), 预警颜色: 红")
NO_RED_FOR_WEAPONS = ("条件: {凶器: 是}", "条件: {凶器: 否}")
MISSPELT = ("条件: {纠纷类型: 邻里}", "条件: {纠纷类形: 邻里}")
RED_BY_FIVE_ONLY = ("至少: 3", "至少: 5")


@pytest.fixture
def room(database: Database) -> Iterator[Rulesets]:
    with town() as rules:
        yield Rulesets(InForce(rules), database, UNUSED, lambda _ruleset: None, prove=prove)


def edited(room: Rulesets, change: tuple[str, str], *, actor: Actor = EDITOR) -> Draft:
    """A draft of the version in force with one wording changed everywhere."""
    files = {name: text.replace(*change) for name, text in room.files_in_force().items()}
    assert files != room.files_in_force()
    begun = room.begin(actor)
    return room.save(actor, begun.id, files, "试着改一处", begun.revision)


def test_a_draft_begins_with_the_files_in_force(room: Rulesets) -> None:
    draft = room.begin(EDITOR)
    assert draft.files == room.files_in_force()
    assert (draft.base, draft.state, draft.author.name) == (0, DraftState.OPEN, "编辑甲")
    assert room.open_drafts(PUBLISHER) == [draft]


def test_publishing_puts_the_draft_in_force_and_keeps_who_did_it(room: Rulesets) -> None:
    draft = edited(room, YELLOW_FOR_NEIGHBOURS)
    done = room.publish(PUBLISHER, draft.id, draft.revision)
    (made,) = room.history()
    assert done.publication == made
    assert (made.number, made.kind, made.note) == (1, Kind.PUBLISHED, "试着改一处")
    assert (made.author.name, made.publisher.name, made.second_person) == ("编辑甲", "发布乙", None)
    assert room.in_force.number == 1
    assert room.in_force.ruleset.decide({"纠纷类型": "邻里"}).colour == "黄"
    assert room.publication(1)[1] == draft.files
    assert room.open_drafts(EDITOR) == []


@pytest.mark.parametrize("actor", [OFFICER, EDITOR])
def test_only_a_publisher_publishes(room: Rulesets, actor: Actor) -> None:
    draft = edited(room, YELLOW_FOR_NEIGHBOURS)
    with pytest.raises(ForbiddenError, match="规则发布"):
        room.publish(actor, draft.id, draft.revision)
    assert room.history() == []


def test_an_officer_neither_edits_nor_sees_drafts(room: Rulesets) -> None:
    draft = edited(room, YELLOW_FOR_NEIGHBOURS)
    for attempt in (
        lambda: room.begin(OFFICER),
        lambda: room.open_drafts(OFFICER),
        lambda: room.draft(OFFICER, draft.id),
        lambda: room.save(OFFICER, draft.id, draft.files, "", draft.revision),
        lambda: room.drop(OFFICER, draft.id, draft.revision),
    ):
        with pytest.raises(ForbiddenError):
            attempt()


def test_a_faulty_draft_can_be_saved_but_not_published(room: Rulesets) -> None:
    draft = edited(room, MISSPELT)
    with pytest.raises(FaultyDraftError, match=r"还有 \d+ 处错误") as caught:
        room.publish(PUBLISHER, draft.id, draft.revision)
    assert "R028" in {problem.code for problem in caught.value.trial.problems}
    assert room.in_force.number == 0
    assert room.draft(EDITOR, draft.id).files == draft.files


def test_a_draft_whose_own_tests_fail_is_not_published(room: Rulesets) -> None:
    draft = edited(room, NO_RED_FOR_WEAPONS)
    with pytest.raises(FaultyDraftError) as caught:
        room.publish(PUBLISHER, draft.id, draft.revision)
    assert caught.value.trial.passed < caught.value.trial.tests


def test_a_version_needs_a_note(room: Rulesets) -> None:
    begun = room.begin(EDITOR)
    with pytest.raises(InputError, match="写明"):
        room.publish(PUBLISHER, begun.id, begun.revision)


def test_what_does_not_fit_the_model_is_not_published(database: Database) -> None:
    def refuse(_ruleset: Ruleset) -> None:
        raise RefusedError("规则集与模型对不上")

    room = Rulesets(InForce(town()), database, UNUSED, refuse, prove=prove)
    draft = edited(room, YELLOW_FOR_NEIGHBOURS)
    with pytest.raises(RefusedError, match="对不上"):
        room.publish(PUBLISHER, draft.id, draft.revision)
    assert room.history() == []


def test_rules_that_the_settings_name_are_not_published_over(database: Database) -> None:
    room = Rulesets(InForce(town()), database, UNUSED, lambda _: None, fixed="规则由文件夹提供", prove=prove)
    draft = edited(room, YELLOW_FOR_NEIGHBOURS)
    with pytest.raises(RefusedError, match="文件夹"):
        room.publish(PUBLISHER, draft.id, draft.revision)
    assert room.open_drafts(EDITOR) == [draft]
    with pytest.raises(RefusedError, match="文件夹"):
        room.roll_back(PUBLISHER, 1, "试")
    assert room.open_drafts(EDITOR) == [draft]


@pytest.mark.parametrize("days", [0, -1, 3661, 10**30])
def test_a_preview_reaches_back_ten_years_at_most(room: Rulesets, days: int) -> None:
    with pytest.raises(InputError, match="天数应是 1 到 3660"):
        room.preview(room.files_in_force(), days)


@pytest.mark.parametrize("number", [0, -1, 2, 10**30])
def test_a_version_that_is_not_there_is_named(room: Rulesets, number: int) -> None:
    with pytest.raises(NotFoundError, match=f"没有第 {number} 版规则"):
        room.publication(number)


class TestTwoPersons:
    """A stored incident would leave the heaviest colour."""

    @pytest.fixture
    def waiting(self, room: Rulesets) -> Draft:
        record_incidents(room.database, room.in_force.ruleset, [{"纠纷类型": "邻里", "近90天重复次数": 3}])
        draft = edited(room, RED_BY_FIVE_ONLY)
        outcome = room.publish(PUBLISHER, draft.id, draft.revision)
        assert outcome.publication is None
        assert outcome.preview.left_red == 1
        return outcome.draft

    def test_nothing_is_published_yet(self, room: Rulesets, waiting: Draft) -> None:
        assert (waiting.state, waiting.requested_by.name if waiting.requested_by else "") == ("待复核", "发布乙")
        assert room.history() == []
        assert room.in_force.number == 0

    def test_a_second_publisher_confirms(self, room: Rulesets, waiting: Draft) -> None:
        made = room.confirm(SECOND, waiting.id, waiting.revision).publication
        assert made is not None
        assert (made.publisher.name, made.second_person.name if made.second_person else "") == ("发布乙", "发布丙")
        assert made.left_red == 1
        assert room.in_force.number == 1

    @pytest.mark.parametrize("actor", [PUBLISHER])
    def test_the_same_person_is_no_second(self, room: Rulesets, waiting: Draft, actor: Actor) -> None:
        with pytest.raises(RefusedError, match="另一位"):
            room.confirm(actor, waiting.id, waiting.revision)

    def test_an_editor_is_no_second(self, room: Rulesets, waiting: Draft) -> None:
        with pytest.raises(ForbiddenError):
            room.confirm(EDITOR, waiting.id, waiting.revision)

    def test_asking_once_more_does_not_publish(self, room: Rulesets, waiting: Draft) -> None:
        assert room.publish(SECOND, waiting.id, waiting.revision).publication is None

    def test_editing_takes_the_request_back(self, room: Rulesets, waiting: Draft) -> None:
        changed = room.save(EDITOR, waiting.id, waiting.files, "又改", waiting.revision)
        assert (changed.state, changed.requested_by) == (DraftState.OPEN, None)
        with pytest.raises(RefusedError, match="没有在等"):
            room.confirm(SECOND, changed.id, changed.revision)

    def test_what_was_seen_is_what_is_confirmed(self, room: Rulesets, waiting: Draft) -> None:
        room.save(EDITOR, waiting.id, waiting.files, "又改", waiting.revision)
        with pytest.raises(RefusedError):
            room.confirm(SECOND, waiting.id, waiting.revision)


def test_two_who_save_the_same_draft_do_not_overwrite_each_other(room: Rulesets) -> None:
    draft = edited(room, YELLOW_FOR_NEIGHBOURS)
    room.save(PUBLISHER, draft.id, draft.files, "乙先存", draft.revision)
    with pytest.raises(RefusedError, match="您看到的是第 2 稿"):
        room.save(EDITOR, draft.id, draft.files, "甲后存", draft.revision)
    assert room.draft(EDITOR, draft.id).note == "乙先存"


def test_a_draft_of_an_older_version_is_looked_at_again(room: Rulesets) -> None:
    older, newer = edited(room, YELLOW_FOR_NEIGHBOURS), edited(room, YELLOW_FOR_NEIGHBOURS)
    room.publish(PUBLISHER, newer.id, newer.revision)
    with pytest.raises(RefusedError, match="后来发布了第 1 版"):
        room.publish(PUBLISHER, older.id, older.revision)
    again = room.take_newest_as_base(EDITOR, older.id, older.revision)
    assert room.publish(PUBLISHER, again.id, again.revision).publication is not None


def test_two_who_publish_at_once_do_not_both_succeed(room: Rulesets) -> None:
    drafts = [edited(room, YELLOW_FOR_NEIGHBOURS), edited(room, ("理由: 就近", "理由: 就近处理"))]
    ready = threading.Barrier(2)

    def publish(draft: Draft) -> str:
        ready.wait()
        try:
            return "published" if room.publish(PUBLISHER, draft.id, draft.revision).publication else "waiting"
        except RefusedError as error:
            return error.message

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(publish, drafts))
    assert said.count("published") == 1
    assert any("另一版" in one or "后来发布了" in one for one in said)
    assert [made.number for made in room.history()] == [1]


def test_rolling_back_publishes_the_old_version_anew(room: Rulesets) -> None:
    first = edited(room, YELLOW_FOR_NEIGHBOURS)
    room.publish(PUBLISHER, first.id, first.revision)
    second = edited(room, RED_FOR_NEIGHBOURS)
    room.publish(PUBLISHER, second.id, second.revision)
    assert room.in_force.ruleset.decide({"纠纷类型": "邻里"}).colour == "红"
    room.roll_back(PUBLISHER, 1, "改错了")
    assert room.in_force.ruleset.decide({"纠纷类型": "邻里"}).colour == "黄"
    newest, _, oldest = room.history()
    assert (newest.number, newest.kind, newest.version) == (3, Kind.ROLLED_BACK, oldest.version)
    assert newest.note == "回滚到第 1 版：改错了"
    with pytest.raises(NotFoundError):
        room.roll_back(PUBLISHER, 9, "没有")


def test_every_step_is_in_the_audit_log(room: Rulesets) -> None:
    draft = edited(room, YELLOW_FOR_NEIGHBOURS)
    room.publish(PUBLISHER, draft.id, draft.revision)
    broken = edited(room, MISSPELT)
    with pytest.raises(FaultyDraftError):
        room.publish(PUBLISHER, broken.id, broken.revision)
    from service.audit import store

    with room.database.read() as connection:
        kept = [(entry.action, entry.actor_name, json.loads(entry.detail)) for entry in store.entries(connection)]
    assert [(action, name) for action, name, _ in kept] == [
        (Action.PUBLISHED, "发布乙"),
        (Action.PUBLISH_REFUSED, "发布乙"),
    ]
    assert kept[0][2]["note"] == "试着改一处"
    assert Trail(room.database).verify().fault is None


def test_a_rule_on_trial_decides_nothing_and_what_it_would_have_changed_is_counted(room: Rulesets) -> None:
    on_trial = ("依据: 测试\n  状态: 启用\n  优先级: 800", "依据: 测试\n  状态: 试行\n  优先级: 800")
    draft = edited(room, on_trial)
    room.publish(PUBLISHER, draft.id, draft.revision)
    record_incidents(room.database, room.in_force.ruleset, [{"近90天重复次数": 4}, {"纠纷类型": "邻里"}])
    assert room.in_force.ruleset.decide({"近90天重复次数": 4}).colour == "蓝"
    seen = room.shadow(OFFICER, "YJ-002")
    assert (seen.incidents, seen.changed, seen.became_red) == (2, 1, 1)
    assert seen.changed_list[0].rules == ("YJ-002 一再发生：新命中",)
    with pytest.raises(NotFoundError, match="试行"):
        room.shadow(OFFICER, "YJ-001")


def test_of_a_rule_on_trial_an_officer_reads_only_incidents_that_they_see(room: Rulesets) -> None:
    on_trial = ("依据: 测试\n  状态: 启用\n  优先级: 800", "依据: 测试\n  状态: 试行\n  优先级: 800")
    draft = edited(room, on_trial)
    room.publish(PUBLISHER, draft.id, draft.revision)
    for unit in ("station", "elsewhere-station"):
        record_incidents(room.database, room.in_force.ruleset, [{"近90天重复次数": 4}], unit_id=unit)
    officer = replace(OFFICER, sees=frozenset({"station"}))
    assert [room.shadow(one, "YJ-002").incidents for one in (officer, EDITOR)] == [1, 2]


def test_dropping_ends_a_draft_and_deletes_nothing(room: Rulesets) -> None:
    draft = edited(room, YELLOW_FOR_NEIGHBOURS)
    room.drop(EDITOR, draft.id, draft.revision)
    assert room.open_drafts(EDITOR) == []
    assert room.draft(EDITOR, draft.id).files == draft.files
    with pytest.raises(RefusedError, match="已放弃"):
        room.save(EDITOR, draft.id, draft.files, "", draft.revision + 1)


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({}, "一个文件也没有"),
        ({"../family.yaml": ""}, "不带路径"),
        ({"family.txt": ""}, "不能用"),
        ({"family.yaml": "a\0b"}, "无法保存"),
        ({"family.yaml": "\ud800"}, "无法保存"),
        ({"family.yaml": "长" * 2_000_001}, "太大"),
    ],
)
def test_files_that_cannot_be_are_refused(room: Rulesets, files: Mapping[str, str], complaint: str) -> None:
    draft = room.begin(EDITOR)
    with pytest.raises(InputError, match=complaint):
        room.save(EDITOR, draft.id, files, "", draft.revision)


@pytest.mark.parametrize("identity", ["", "没有", "00000000-0000-0000-0000-000000000000", "a\0"])
def test_a_draft_that_is_not_there_is_named(room: Rulesets, identity: str) -> None:
    with pytest.raises(NotFoundError, match="没有编号为"):
        room.draft(EDITOR, identity)
