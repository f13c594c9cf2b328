"""How hits become signals: spans, statuses, idioms, threats in their own words, what yields to what."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.phrases import PhraseError
from classifier.scope import Scope
from classifier.signals import GRAVE, SignalFinder
from tests.conftest import shipped, shipped_signals


def finder(**lexicon: dict[str, Any]) -> SignalFinder:
    return SignalFinder.of(lexicon, Scope.shipped())


def statuses(text: str, name: str) -> list[str]:
    return [signal.status for signal in shipped_signals().find(text) if signal.name == name]


def test_grave_signals_exist() -> None:
    assert set(GRAVE) <= set(shipped_signals().names)


def test_word_groups_are_no_signal() -> None:
    assert "词组" not in shipped_signals().names


@given(st.text(alphabet="打他没有如果说要，。 刀ＡＢ1２", max_size=40))
def test_evidence_is_the_text_at_its_place_and_in_order(text: str) -> None:
    signals = shipped_signals().find(text)
    assert all(signal.evidence == text[signal.start : signal.end] != "" for signal in signals)
    assert list(signals) == sorted(signals, key=lambda signal: (signal.start, signal.end, signal.name))


def test_the_longest_of_overlapping_hits_stays() -> None:
    (signal,) = finder(甲={"词": ["打人", "打人了", "人了吗"]}).find("打人了吗")
    assert signal.evidence == "打人了"


def test_an_idiom_must_cover_the_hit() -> None:
    lexicon = finder(甲={"词": ["打(他|人)"], "他意": ["打他电话"]})
    assert [signal.status for signal in lexicon.find("打他电话，打他")] == ["他意", "成立"]


def test_only_heeded_statuses_unseat() -> None:
    assert [s.status for s in finder(甲={"词": ["老人"], "看": ["假设"]}).find("没有老人")] == ["成立"]
    assert [s.status for s in finder(甲={"词": ["老人"]}).find("没有老人")] == ["否认"]


def test_a_threat_in_its_own_words_heeds_no_supposition() -> None:
    lexicon = finder(甲={"词": ["威胁"], "原话": ["弄死你"]})
    assert [s.status for s in lexicon.find("如果报警就弄死你")] == ["成立"]
    assert [s.status for s in lexicon.find("如果他威胁我")] == ["假设"]


def test_a_signal_yields_where_it_overlaps_another() -> None:
    lexicon = finder(甲={"词": ["打断"], "让给": "乙"}, 乙={"原话": ["打断你的腿"]})
    assert [s.name for s in lexicon.find("打断你的腿")] == ["乙"]
    assert [s.name for s in lexicon.find("打断他的手")] == ["甲"]


def test_a_signal_yields_only_to_one_that_holds() -> None:
    lexicon = finder(甲={"词": ["打断"], "让给": "乙", "看": []}, 乙={"词": ["打断你的腿"]})
    assert [(s.name, s.status) for s in lexicon.find("没有打断你的腿")] == [("甲", "成立"), ("乙", "否认")]


@pytest.mark.parametrize(
    ("text", "evidence"),
    [("丈 夫 拿 菜 刀 砍 妻 子", "拿 菜 刀"), ("對方拿著菜刀", "拿著菜刀"), ("对方 拿着 菜刀", "")],
)
def test_evidence_keeps_the_spaces_and_characters_of_the_text(text: str, evidence: str) -> None:
    found = finder(甲={"词": ["拿(着)?菜刀"]}).find(text)
    assert [signal.evidence for signal in found] == ([evidence] if evidence else [])


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("他打我", "成立"),
        ("他没有打我", "否认"),
        ("被别人打了", "成立"),
        ("如果他打我", "假设"),
        ("如果他不走。他打我", "成立"),
        ("听说他打我", "转述"),
        ("十年前他打我", "过去"),
        ("十年前开始他一直打我", "成立"),
        ("2024年5月他打我", "成立"),
        ("报警称他打我，经核实系误报", "否认"),
        ("报警称他打我，双方均未动手", "否认"),
        ("报警称他打我，双方均未动手，伤者已送医", "成立"),
        ("没有任何征兆突然打我", "成立"),
        ("以前的邻居打我", "成立"),
        ("他估计喝多了追着打我", "成立"),
        ("万一他再来怎么办，昨晚他打我", "成立"),
        ("差点打死我", "成立"),
        ("他打我。经核实系剧组拍戏", "他意"),
        ("他打我。他走了。经核实系剧组拍戏", "成立"),
        ("他在追剧，打我", "成立"),
    ],
)
def test_surroundings(text: str, status: str) -> None:
    assert statuses(text, "暴力") == [status]


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: text.replace("，", "  "), lambda text: text.replace("110", "１１０")]
)
def test_case_width_and_spaces_change_nothing(change: Callable[[str], str]) -> None:
    text = "车底装了gps，打了两回110，他打我"
    assert [s.name for s in shipped_signals().find(change(text))] == [s.name for s in shipped_signals().find(text)]


def folder(path: Path, **files: str) -> Path:
    for name, content in files.items():
        (path / f"{name}.yaml").write_text(content, encoding="utf-8")
    return path


def test_one_file_a_signal_in_the_order_of_their_names(tmp_path: Path) -> None:
    lexicon = folder(tmp_path, 词组="人: [他, 她]", 丙="词: [骂<人>]", 乙="词: [打<人>]\n让给: 丙")
    (lexicon / "读我.txt").write_text("不是词表", encoding="utf-8")
    loaded = SignalFinder.load(lexicon, Scope.shipped())
    assert loaded.names == ("丙", "乙")
    assert [signal.name for signal in loaded.find("打他，骂她")] == ["乙", "丙"]


def test_shipped_names_are_in_order() -> None:
    assert list(shipped_signals().names) == sorted(shipped_signals().names)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("词: [打人", "第 1 行：不是合法的 YAML"),
        ("打人", "应当是“栏: "),
        ("", "应当是“栏: "),
        ("词: 打人", "“词”应当是一列文字"),
        ("词: [110]", "“词”应当是一列文字"),
        ("词儿: [打人]", "没有名为“词儿”的栏"),
        ("词: [打人]\n看: [听说]", "没有这种语气：听说"),
        ("词: [打人]\n让给: [乙]", "“让给”应当是一个信号名"),
        ("词: [打人]\n让给: 丁", "“丁”没有自己的文件"),
        ("词: [打(人]", "“打(人”，括号不配对"),
        ("词: [打<狗>]", "没有名为“狗”的词组"),
        ("词: ['打{(?!人}']", "正则表达式"),
        ("正则: ['打(人']", "正则表达式“打(人”"),
    ],
)
def test_a_fault_names_its_file(tmp_path: Path, content: str, complaint: str) -> None:
    lexicon = folder(tmp_path, 词组="人: [他, 她]", 甲="词: [骂<人>]", 乙=content)
    with pytest.raises(PhraseError) as caught:
        SignalFinder.load(lexicon, Scope.shipped())
    assert str(caught.value).startswith("乙.yaml：")
    assert complaint in str(caught.value)


def test_stored_as_json_it_finds_the_same() -> None:
    stored = SignalFinder.stored(json.loads(json.dumps(shipped_signals().to_store())))
    assert stored.names == shipped_signals().names
    for example in shipped()[::20]:
        assert stored.find(example.text) == shipped_signals().find(example.text)


def test_fast_to_load() -> None:
    told = shipped_signals().to_store()
    start = time.perf_counter()
    SignalFinder.stored(told)
    assert time.perf_counter() - start < 3
