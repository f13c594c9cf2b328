"""What stands in a case about people is masked, and the signals stay where their words are."""

from hypothesis import given
from hypothesis import strategies as st

from service.cases.privacy import masked_text

TEXT = "王小满（13812345678）称丈夫持菜刀，车牌浙A12345，又持棍。"
PARTS = st.sampled_from(
    ["13812345678", "王小满", "持刀", "330102198001011236", "。", "浙A12345", "王", "1", "村民李建国", "与", "张伟称"]
)


def _at(text: str, words: str) -> dict[str, object]:
    start = text.index(words)
    return {"name": "凶器", "status": "成立", "start": start, "end": start + len(words), "evidence": words}


def test_signals_move_with_their_words() -> None:
    text, signals = masked_text(TEXT, ["王小满"], [_at(TEXT, "持菜刀"), _at(TEXT, "持棍")])
    assert text.startswith("王**（138****5678）")
    assert [text[one["start"] : one["end"]] for one in signals] == ["持菜刀", "持棍"]


def test_a_name_that_nobody_registered_is_masked_as_one_that_is() -> None:
    said = "王小满与村民李建国争吵，李建国持棍。"
    text, (signal,) = masked_text(said, ["王小满"], [_at(said, "持棍")])
    assert text == "王**与村民李**争吵，李**持棍。"
    assert text[signal["start"] : signal["end"]] == signal["evidence"] == "持棍"


def test_a_place_keeps_its_name() -> None:
    assert masked_text("李家村与张江小区的人在陈记饭店争吵", [])[0] == "李家村与张江小区的人在陈记饭店争吵"


def test_evidence_that_is_personal_is_masked_too() -> None:
    text, (signal,) = masked_text(TEXT, ["王小满"], [_at(TEXT, "13812345678")])
    assert signal["evidence"] == text[signal["start"] : signal["end"]] == "138****5678"


@given(st.lists(PARTS, max_size=8).map("".join), st.data())
def test_no_name_is_left_and_no_signal_leaves_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    masked, (signal,) = masked_text(text, ["王小满"], [{"start": start, "end": end}])
    assert "王小满" not in masked
    assert masked_text(masked, ["王小满"])[0] == masked
    assert 0 <= signal["start"] <= signal["end"] <= len(masked)
