"""Dice come in; invented descriptions and what a station knows besides go out, as the model read them."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from service import clock
from service.incidents.model import Party, PartyRole, Registration
from service.intake.actions import Intake
from service.linking.registered import trace_of
from service.suggestion import as_dict

_DISPUTES = (
    *("楼上漏水", "过道堆放杂物", "晾衣滴水", "停车占位", "养狗吠叫", "共用墙面开裂"),
    *("因孩子抚养费争吵", "因离婚财产争吵", "因赡养老人争吵", "分手后纠缠", "因彩礼争吵"),
    *("拖欠三个月工资", "工伤赔偿未付", "辞退不给补偿", "工程款未结"),
    *("健身卡退费", "家电质量问题", "装修定金不退", "外卖吃坏肚子"),
)
_HOW = (
    *("双方在楼道争吵", "报警人情绪激动", "对方拒不露面", "多次协商未果", "已到社区调解一次", "要求民警到场"),
    *("双方未动手", "称要去上访", "曾多次报警"),
)


def text(chance: random.Random) -> str:
    """An invented description."""
    said = "，".join(chance.sample(_HOW, 3))
    return f"报警人称{chance.choice(_DISPUTES)}，{said}，涉及金额{chance.randrange(100, 90_000)}元。"


def registration(dispute: int) -> Registration:
    """The caller's number and the place of a dispute; one in ten is in the town's busiest estate."""
    estate = 0 if dispute % 10 == 0 else dispute % 400
    place = f"第{estate}号花园{dispute % 30 + 1}幢{dispute % 60 + 101}室"
    return Registration(place=place, parties=(Party(PartyRole.CALLER, "王小满", f"139{dispute:08}"),))


@dataclass(frozen=True, slots=True)
class Read:
    """A description as the model read it: columns of its suggestion, and its trace as linking keeps it.

    `body` is the JSON of the suggestion without its first two members, which are its id and its time.
    """

    columns: Mapping[str, str]
    co_departments: str
    body: str
    names: str
    signature: str
    bands: tuple[str, ...]


def read(desk: Intake, secret: bytes, many: int = 1000) -> tuple[Read, ...]:
    """So many descriptions."""
    chance = random.Random(7)  # noqa: S311 - no secret
    return tuple(_read(desk, secret, text(chance)) for _ in range(many))


def _read(desk: Intake, secret: bytes, said: str) -> Read:
    shown = as_dict(desk.read(said, {}))
    trace = trace_of("", said, registration(0), clock.now(), secret)
    return Read(
        columns={
            "text_hash": sha256(said.encode()).hexdigest(),
            "dispute_type": shown["dispute_type"],
            "risk_level": shown["risk"]["level"],
            "department": shown["department"],
            "colour": shown["colour"],
            "model": shown["model"],
            "ruleset": shown["ruleset"],
            "facts": json.dumps({"描述": said}, ensure_ascii=False),
        },
        co_departments=json.dumps(shown["co_departments"], ensure_ascii=False),
        body=json.dumps(shown, ensure_ascii=False)[1:],
        names=json.dumps([[name.value_hash, int(name.full)] for name in trace.names]),
        signature=json.dumps(trace.signature),
        bands=tuple(key.value_hash for key in trace.bands),
    )
