"""How alike descriptions are: what is left out, in which order they come, and that it is scikit-learn's tf-idf."""

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from service.linking.likeness import LEAST_ALIKE, alike

LEAK = "楼上漏水把天花板泡了，两家为赔偿争吵"
OTHERS = {
    "漏水": "楼上卫生间漏水，泡坏天花板，赔偿谈不拢",
    "停车": "小区车位被占，物业不管，业主与保安争吵",
    "欠薪": "工地拖欠三个月工资，工人到项目部讨要",
}


def test_the_likest_come_first_and_the_rest_not_at_all() -> None:
    assert [name for name, _ in alike(LEAK, OTHERS)] == ["漏水"]
    assert [name for name, _ in alike(LEAK, {"差不多": LEAK + "。", **OTHERS})] == ["差不多", "漏水"]


def test_the_same_words_are_one_whatever_numbers_and_marks_they_carry() -> None:
    ((_, likeness),) = alike(LEAK, {"同": f"3月5日，{LEAK}（2栋401室）"})
    assert likeness > 0.8
    assert alike(LEAK, {"同": LEAK.replace("，", "！")}) == [("同", pytest.approx(1))]


@pytest.mark.parametrize("text", ["", "漏", "。，！", "123"])
def test_what_says_nothing_is_like_nothing(text: str) -> None:
    assert alike(text, OTHERS) == []
    assert alike(LEAK, {"无": text}) == []


def test_it_is_the_cosine_of_scikit_learn() -> None:
    texts = {name: other.replace("，", "") for name, other in OTHERS.items()}
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(2, 2)).fit(texts.values())
    mine = LEAK.replace("，", "")
    found = dict(alike(mine, texts))
    for name, other in texts.items():
        # Pairs that only the text itself has weigh as much as those that nobody has: scikit-learn leaves them out.
        shared = vectorizer.transform([other]).multiply(vectorizer.transform([mine])).sum()
        assert (name in found) <= (shared > 0)
        if name in found:
            assert LEAST_ALIKE <= found[name] <= shared
