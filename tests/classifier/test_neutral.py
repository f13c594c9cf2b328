"""No village, gender, ethnicity or native place sways the reading: the same matter told of others reads the same."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifier.model import Model
from classifier.neutral import neutral_text, neutral_words

TEMPLATES = [
    "家住{place}的{name}（{origin}籍，{people}）报警称，邻居夜里敲墙，多次协商无果，双方对骂，未动手",
    "{place}{people}村民{name}反映，{origin}来的包工头拖欠其工资三个月，今天到工地讨要被推了一把",
    "{name}是{origin}人，{people}，在{place}租房，房东不退押金，扬言要弄死{name}",
    "{origin}籍{people}{name}在{place}口被一辆电动车撞倒，对方不肯赔医药费",
    "{place}的{name}与丈夫吵架后被打，{people}，娘家在{origin}",
]
# A village is told from a town, which says something of the matter; one village is not told from another.
PLACES = {
    "村": ["东风村", "石桥村", "向阳村", "李家湾村", "红旗村", "大柳树村"],
    "社区": ["和平社区", "西洋寺社区", "新华社区"],
    "镇": ["柳林镇", "青石镇", "平安镇"],
    "小区": ["阳光小区", "锦绣小区", "万福小区"],
}
NAMES = ["王女士", "王先生"]
ORIGINS = ["河南", "四川", "新疆", "东北", "黑龙江", "上海"]
PEOPLES = ["汉族", "回族", "维吾尔族", "彝族", "蒙古族"]


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_place_gender_people_and_origin_swapped_give_the_same_answer(model: Model, template: str, kind: str) -> None:
    swaps = itertools.product(PLACES[kind], NAMES, ORIGINS, PEOPLES)
    answers = set()
    for place, name, origin, people in swaps:
        read = model.classify(template.format(place=place, name=name, origin=origin, people=people))
        answers.add((read.dispute_types, read.risk, tuple((s.name, s.status) for s in read.signals)))
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("女友被前男友跟踪", "男友被前女友跟踪"),
        ("老公打了我两耳光，我要离婚", "老婆打了我两耳光，我要离婚"),
        ("她儿子把同学的手机摔了", "他女儿把同学的手机摔了"),
        ("母亲去世后姐姐和妹妹争遗产", "父亲去世后哥哥和弟弟争遗产"),
    ],
)
def test_the_same_deed_by_a_man_or_a_woman_is_the_same_matter(model: Model, one: str, other: str) -> None:
    first, second = model.classify(one), model.classify(other)
    assert first.dispute_types == second.dispute_types
    assert first.risk == second.risk


def test_what_is_no_name_stays() -> None:
    assert neutral_words(["我们", "村", "修路"]) == ["我们", "村", "修路"]
    assert neutral_words(["东风", "村", "修路"]) == ["", "村", "修路"]
    assert neutral_words(["东风村", "修路"]) == ["村", "修路"]


@example("，东风村王家村")  # what follows the first name becomes a name when that is blanked
@given(st.text(alphabet="王女士她老婆河南回族村 东风a1，。", max_size=40))
def test_length_and_places_are_kept(text: str) -> None:
    neutral = neutral_text(text)
    assert len(neutral) == len(text)
    assert neutral_text(neutral) == neutral
