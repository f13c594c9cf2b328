"""A browser's answers come in; what people ask for next goes out, through the forms that they are shown."""

import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from tests.benchmarks.html_forms import Form, Page
from tests.benchmarks.town.texts import registration, text

# What a handler does first, where a page offers several: the way of a case.
_WAY = ("签收", "反馈", "化解", "回访", "复核", "归档")
_DISPUTES = 400  # numbers and places recur among so many


class Browser(Protocol):
    """Asks for pages as somebody signed in, thinks in between, and keeps how long each took under its kind."""

    chance: random.Random

    async def get(self, kind: str, path: str) -> Page:
        """A page."""

    async def post(self, kind: str, path: str, form: Mapping[str, object]) -> Page:
        """What comes of sending a form; an empty page where it was refused."""

    async def think(self) -> None:
        """As long as a person does."""


async def duty(one: Browser) -> None:
    """Types an incident, looks at the suggestion, accepts it, and registers it or lets it be."""
    chance = one.chance
    known = registration(chance.randrange(_DISPUTES))
    told = {"phone": known.parties[0].phone, "place": known.place}
    said = text(chance)
    await one.get("接警页", "/")
    for share in (0.4, 0.7, 1.0):
        await one.think()
        await one.post("边写边给建议", "/live", {"text": said[: int(len(said) * share)], **told})
    page = await one.post("研判", "/", {"text": said, **told})
    await one.think()
    if accept := _first(page, "/choices"):
        page = await one.post("按建议办理", accept.action, accept.filled(chance))
        await one.think()
    if register := _first(page, "/case"):
        do = {"do": chance.choice(("transfer", "transfer", "transfer", "open"))}
        await one.post("建档并流转", register.action, register.filled(chance, **do))


async def centre(one: Browser) -> None:
    """Dispatches what waits, mostly as suggested; looks at the list, and archives."""
    page = await one.get("分派台", "/desk")
    await one.think()
    if waiting := [form for form in page.forms if form.action.startswith("/desk/")]:
        form = one.chance.choice(waiting)
        await one.post("分派", form.action, form.filled(one.chance))
        await one.think()
    await _act(one, await one.get("档案列表", "/cases?state=已回访"))


async def handler(one: Browser) -> None:
    """Takes what waits and does the next thing to it."""
    page = await one.get("我的待办", "/todo")
    await one.think()
    await _act(one, page)


async def leader(one: Browser) -> None:
    """Looks at figures, and at a case behind them."""
    await one.get("看板", f"/dashboard?span={one.chance.choice('周月年')}")
    await one.think()
    await one.get("周报", "/report")
    await one.think()
    colour, state = one.chance.choice("红黄蓝"), one.chance.choice(("未结", "已归档", ""))
    await _act(one, await one.get("档案列表", f"/cases?colour={colour}&state={state}&words=路"))


async def _act(one: Browser, page: Page) -> None:
    links = [link for link in page.links if link.startswith("/cases/")]
    if not links:
        return
    page = await one.get("档案页", one.chance.choice(links))
    await one.think()
    offered = {form.act: form for form in page.forms if form.act}
    if wanted := next((act for act in _WAY if act in offered), ""):
        form = offered[wanted]
        await one.post(f"办理：{wanted}", form.action, form.filled(one.chance))
    elif "留言" in offered:
        await one.post("办理：留言", offered["留言"].action, offered["留言"].filled(one.chance))


def _first(page: Page, end: str) -> Form | None:
    return next((form for form in page.forms if form.action.endswith(end)), None)


WORK: Mapping[str, Callable[[Browser], Awaitable[None]]] = {
    "duty": duty,
    "centre": centre,
    "handler": handler,
    "leader": leader,
}
