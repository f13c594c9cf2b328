"""The one flow: what it says of the cases that must come out right, and what it refuses to read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.model import Model
from rules import FactError, Ruleset
from service.errors import InputError
from service.suggestion import ABSTAINED, MOST_CHARACTERS, Suggestion, as_dict, check_text, facts_of, sent_to, suggest

SEED = "古塘街道西洋寺社区的一对小年轻因为恋情得不到父母的支持多次离家出走，民警出警处置后认为仍存在再次激发可能性"
KEYS = {
    "text", "dispute_type", "dispute_types", "risk", "signals", "department", "co_departments", "colour",
    "advice", "matched_rules", "abstained", "degraded", "model", "ruleset",
}  # fmt: skip


def test_the_seed_case(model: Model, ruleset: Ruleset) -> None:
    shown = as_dict(suggest(SEED, {}, model=model, ruleset=ruleset))
    assert shown["dispute_type"] == "婚恋家庭"
    assert shown["department"] in ("妇联", "街道矛调中心")
    assert "村(社区)" in shown["co_departments"]
    assert shown["colour"] == "黄"
    assert "多次离家出走" in [s["evidence"] for s in shown["signals"] if s["status"] == "成立"]
    assert "多次报警" in "".join(line for rule in shown["matched_rules"] for line in rule["conditions"])


@pytest.mark.parametrize("text", ["丈夫持刀威胁", "楼顶讨薪扬言跳楼", "泼汽油"])
def test_grave_texts_are_red_by_a_floor_rule(model: Model, ruleset: Ruleset, text: str) -> None:
    suggestion = suggest(text, {}, model=model, ruleset=ruleset)
    assert suggestion.decision.colour == "红"
    assert suggestion.decision.floor_rules


@pytest.mark.parametrize("text", ["他要杀我全家", "那个人手里有枪你们快来", "他一直家暴我", "老板昨天把我锁在仓库里"])
def test_no_calm_text_around_it_dilutes_a_grave_sentence(model: Model, ruleset: Ruleset, text: str) -> None:
    calm = (
        "你好，想咨询一下装修合同。我家去年十月与装修公司签了合同，约定三个月完工，总价九万二，已经付了六成。"
        "现在瓷砖有空鼓，对方同意返工，但合同里没有写返工的期限。请问违约金一般怎么约定，发票什么时候开，"
        "保修期从哪一天算起，需要带哪些材料去办。"
    )
    assert suggest(f"{calm}另外，{text}。", {}, model=model, ruleset=ruleset).decision.colour == "红"


@pytest.mark.parametrize("text", ["丈夫持刀威胁", "楼顶讨薪扬言跳楼", "泼汽油"])
@pytest.mark.parametrize("kind", ["婚恋家庭", "劳动欠薪", "非纠纷"])
def test_they_stay_red_whatever_the_models_score(model: Model, ruleset: Ruleset, text: str, kind: str) -> None:
    facts = dict(suggest(text, {}, model=model, ruleset=ruleset).facts)
    facts |= {
        "再发风险": 0.0,
        "风险等级": "低",
        "类型把握": 0.01,
        "纠纷类型": kind,
        "已化解": True,
        "未接触": True,
    }
    assert ruleset.decide(facts).colour == "红"


@pytest.mark.parametrize(
    ("text", "called"), [("来人说有个事情要反映一下", False), ("泼汽油", True), ("十几个人把路堵死了", True)]
)
def test_a_guessed_type_calls_nobody_but_danger_does(model: Model, ruleset: Ruleset, text: str, called: bool) -> None:
    read = replace(model.classify(text), abstained=True)
    facts = facts_of(read, {}, frozenset(model.signals.names))
    found = ruleset.decide_with_reasons(facts)
    suggestion = Suggestion(read, {}, facts, ruleset.day, found.decision, found.matched, found.near_misses)
    assert suggestion.department == ABSTAINED
    assert ("派出所" in suggestion.co_departments) is called
    assert bool(suggestion.co_departments) is called


def test_a_question_for_a_telephone_number_is_blue(model: Model, ruleset: Ruleset) -> None:
    assert suggest("滴水咨询物业电话", {}, model=model, ruleset=ruleset).decision.colour == "蓝"


def test_danger_that_was_not_taken_as_a_fact_is_pointed_out(model: Model, ruleset: Ruleset) -> None:
    shown = as_dict(suggest("租客担心房东会打人，想咨询怎么退押金", {}, model=model, ruleset=ruleset))
    assert shown["colour"] != "红"
    assert any("打人" in line and "请核对" in line for line in shown["advice"])


def test_the_promised_keys_are_there(model: Model, ruleset: Ruleset) -> None:
    shown = as_dict(suggest(SEED, {}, model=model, ruleset=ruleset))
    assert shown.keys() >= KEYS
    assert set(shown["risk"]) >= {"level", "score"}
    assert 0 <= shown["risk"]["score"] <= 1
    assert len(shown["dispute_types"]) == 18
    assert all(set(kind) == {"name", "probability"} for kind in shown["dispute_types"])
    assert all(set(s) == {"name", "status", "start", "end", "evidence"} for s in shown["signals"])
    assert all(set(rule) >= {"id", "title", "reason"} for rule in shown["matched_rules"])


def test_the_same_text_gives_the_same_suggestion(model: Model, ruleset: Ruleset) -> None:
    one, two = (as_dict(suggest(SEED, {}, model=model, ruleset=ruleset)) for _ in range(2))
    assert one == two


def test_known_history_raises_the_colour(model: Model, ruleset: Ruleset) -> None:
    text = "楼上漏水，对方态度很好，答应来修"
    colours = [
        suggest(text, {"近90天重复次数": count}, model=model, ruleset=ruleset).decision.colour for count in (0, 2, 3)
    ]
    assert colours == ["蓝", "黄", "红"]


def test_what_is_read_from_the_text_cannot_be_given(model: Model, ruleset: Ruleset) -> None:
    with pytest.raises(InputError, match="“凶器、纠纷类型”由系统从描述里判读"):
        suggest(SEED, {"凶器": False, "纠纷类型": "邻里"}, model=model, ruleset=ruleset)


@pytest.mark.parametrize("facts", [{"近90天重复数": 2}, {"近90天重复次数": "两次"}, {"时刻": 24}])
def test_facts_the_rule_set_does_not_know_are_refused(model: Model, ruleset: Ruleset, facts: dict[str, object]) -> None:
    with pytest.raises(FactError):
        suggest(SEED, facts, model=model, ruleset=ruleset)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "是空的"),
        (" \n\t ", "是空的"),
        ("漏" * (MOST_CHARACTERS + 1), "最多 10000 字"),
        ("water leaks from upstairs", "没有汉字"),
        ("12345678", "没有汉字"),
        ("楼上漏水\x00\x01", "二进制"),
        ("楼上漏水\ufffd", "编码不对"),
    ],
)
def test_texts_that_cannot_be_read_get_a_clear_answer(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        check_text(text)


def test_the_longest_text_is_read(model: Model, ruleset: Ruleset) -> None:
    text = ("楼上漏水，多次上门协商未果。" * 1000)[:MOST_CHARACTERS]
    assert suggest(text, {}, model=model, ruleset=ruleset).decision.colour in ruleset.colours


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=300).map(lambda t: "吵" + t))
def test_any_text_with_a_chinese_character_is_decided(model: Model, ruleset: Ruleset, text: str) -> None:
    if "\ufffd" in text:
        return
    shown = as_dict(suggest(text, {}, model=model, ruleset=ruleset))
    assert shown["colour"] in ruleset.colours
    assert shown["department"] in (*ruleset.departments, ABSTAINED)
    assert shown["abstained"] == (shown["department"] == ABSTAINED)
    assert not shown["degraded"]


@pytest.mark.parametrize(("department", "words"), [("妇联", "转妇联"), (ABSTAINED, ABSTAINED)])
def test_a_receiver_reads_well_in_a_sentence(department: str, words: str) -> None:
    assert sent_to(department) == words
