"""Which spellings are one place, and which words are no place to know a dispute by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.linking.places import canonical_place


@pytest.mark.parametrize(
    ("place", "canonical"),
    [
        ("阳光花园3幢2单元501室", "阳光花园3幢2单元501室"),
        ("阳光花园３栋２单元５０１", "阳光花园3幢2单元501室"),
        ("阳光花园三号楼二单元五〇一室", "阳光花园3幢2单元501室"),
        ("阳光花园3-2-501", "阳光花园3幢2单元501室"),
        ("阳光花园 3#2单元 501房间", "阳光花园3幢2单元501室"),
        ("浙江省海州市古塘街道阳光花园3幢2单元501室（近北门）", "阳光花园3幢2单元501室"),
        ("古塘街道新城大道88号阳光花园3幢2单元501室", "阳光花园3幢2单元501室"),
        ("阳光花园3幢501", "阳光花园3幢501室"),
        ("阳光花园3-501室", "阳光花园3幢501室"),
        ("阳光花园第十二幢", "阳光花园12幢"),
        ("陽光花園A座1201室", "阳光花园a幢1201室"),
        ("海州市新城大道88号门口", "新城大道88号"),
        ("新城大道八十八号附近", "新城大道88号"),
        ("新城大道88-1号", "新城大道88-1号"),
        ("海星村12号", "海星村12号"),
        ("海州市世纪超市门口", "世纪超市"),
        ("星光KTV", "星光ktv"),
    ],
)
def test_spellings_of_a_place_become_one(place: str, canonical: str) -> None:
    assert canonical_place(place) == canonical


@pytest.mark.parametrize(
    "place",
    [
        *(
            "",
            "不详",
            "---",
            "120.5,30.2",
            "路边",
            "家里",
            "学校",
            "路边饭店",
            "一家超市",
            "某小区3幢501室",
            "XX路12号",
        ),
        *("海州市", "古塘街道", "浙江省海州市古塘街道", "海星村", "阳光花园", "北二环路与新城大道路口"),
        *("3幢501室", "小区3幢501室", "本小区3幢"),
    ],
)
def test_a_vague_place_is_none(place: str) -> None:
    assert canonical_place(place) is None


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from("阳光花园路市区村镇3三十百〇-#号楼幢栋单元室a第零（）"), max_size=20).map("".join),
    )
)
def test_anything_typed_is_read(place: str) -> None:
    assert canonical_place(place) != ""
