"""A dispute from its third call to the day on which it flares up again, through the pages, in the days it takes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect

from service import clock
from service.accounts.actions import Accounts
from service.app import create_app
from service.schedule.telling import Telling
from service.schedule.ticking import Ticking
from service.settings import Settings
from service.storage import migrate
from service.storage.database import Database
from service.units.actions import Units
from service.units.store import add_units
from tests.accounts.conftest import PASSWORD, cheap_hashes
from tests.browser.test_intake import _picture
from tests.casepage.conftest import place_people
from tests.cases.town import UNITS
from tests.service.running import free_port

pytestmark = pytest.mark.browser

__all__ = ["cheap_hashes"]

CHINA = ZoneInfo("Asia/Shanghai")
PHONE, PLACE = "13812345678", "柳塘街道桥头社区3幢201室"
CALLS = (
    "王某来电，女儿小王与男友小李恋爱，双方父母都不同意，二人一起离家，请求帮助寻找。已找到并劝回。",
    "王某再次来电，女儿又和小李私自离家两天，今日在汽车站找到，两家父母在站内争吵，劝开。",
    "王某第三次报警，女儿小王与小李又一起出走，王某到小李家要人，两家在门口对骂，互相推搡，民警到场劝开，双方都不肯让步。",
    "王某报警，小王与小李昨晚又一起离家，两家又在门口争吵，民警到场劝开。",
)


class Watch:
    """The service's clock, set by the story."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def set(self, month: int, day: int, hour: int, minute: int = 0) -> None:
        """To a moment of 2026 in China, from where it goes on."""
        self.ahead = datetime(2026, month, day, hour, minute, tzinfo=CHINA) - datetime.now(CHINA)


@dataclass(frozen=True)
class Station:
    """A running service, its clock, and a browser for whoever comes."""

    app: FastAPI
    url: str
    watch: Watch
    browser: Browser

    def look(self) -> None:
        """What the service does by itself once a minute."""
        Ticking(self.app.state.cases).look()
        Telling(self.app.state.cases.database, self.app.state.cases.policy).tell()

    @contextmanager
    def person(self, login: str) -> Iterator[Page]:
        """A page of somebody who signs in, and goes again."""
        context = self.browser.new_context(base_url=self.url, viewport={"width": 1280, "height": 860}, locale="zh-CN")
        page = context.new_page()
        page.goto("/login")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("button", name="退出")).to_be_visible()
        yield page
        context.close()


@pytest.fixture
def station(
    trained_data_dir: Path,
    tmp_path: Path,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    cheap_hashes: None,
) -> Iterator[Station]:
    watch = Watch()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(time.time() + watch.ahead.total_seconds(), tz)

    monkeypatch.setattr(clock, "datetime", Shifted)
    watch.set(2, 10, 9)
    settings = Settings(data_dir=trained_data_dir, database_url=f"sqlite:///{tmp_path / 'tongban.db'}")
    database = Database(settings.database)
    migrate.upgrade(database)
    with database.write() as connection:
        add_units(connection, UNITS)
    place_people(Accounts(database), Units(database, lambda: ()))
    database.close()
    app, port = create_app(settings), free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    serving = threading.Thread(target=server.run)
    serving.start()
    while not server.started:
        assert serving.is_alive()
        time.sleep(0.05)
    yield Station(app, f"http://127.0.0.1:{port}", watch, browser)
    server.should_exit = True
    serving.join()


def take_call(page: Page, text: str) -> None:
    """Typed in, suggested, and done as suggested; the page to register stands open."""
    page.goto("/")
    page.get_by_label("警情描述").fill(text)
    page.get_by_label("报警人电话").fill(PHONE)
    page.get_by_label("事发地址").first.fill(PLACE)
    page.get_by_role("button", name="研判", exact=True).click()
    page.get_by_role("button", name="按建议办理").click()
    expect(page.get_by_role("heading", name="建档")).to_be_visible()


def keep(form: Locator, reason: str) -> None:
    """Not handed on."""
    form.get_by_text("建档不流转", exact=True).first.click()
    form.get_by_label("不流转的理由").fill(reason)
    form.get_by_role("button", name="建档不流转").click()


def act(page: Page, name: str, **fields: str | list[str]) -> None:
    """One of the forms of a case's page. A list names boxes to be ticked, alone."""
    form = page.locator("details.act", has=page.get_by_text(name, exact=True))
    if fields:
        form.locator("summary").click()
    else:
        form = page.locator("form.act")
    for label, value in fields.items():
        if isinstance(value, list):
            boxes = form.get_by_role("checkbox")
            for box in boxes.all():
                box.uncheck()
            for one in value:
                form.get_by_role("checkbox", name=one).check()
            continue
        field = form.get_by_label(label)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(field.locator("option", has_text=value).first.get_attribute("value"))
        else:
            field.fill(value)
    form.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("status").filter(has_text="办好了")).to_be_visible()


def test_a_couple_that_runs_away_for_the_third_time(station: Station) -> None:
    # Two calls before, each settled at the door.
    with station.person("officer") as page:
        take_call(page, CALLS[0])
        keep(page.locator("main"), "人已找到，双方当场和好")
        expect(page.get_by_role("heading", name="档案")).to_be_visible()
        case = page.url.partition("?")[0]
    station.watch.set(2, 20, 15)
    with station.person("officer") as page:
        take_call(page, CALLS[1])
        page.get_by_role("button", name="并入档案").click()
        act(page, "不流转", 不流转的理由="已劝开，双方表示回家商量")

    # The third: the station sees both, joins it to them and hands the case on.
    station.watch.set(3, 2, 9)
    with station.person("officer") as page:
        take_call(page, CALLS[2])
        beside = page.locator("#same-dispute")
        expect(beside).to_contain_text("共 2 条警情")
        expect(beside).to_contain_text("关联：强")
        _picture(page, "story-1-third-call")
        page.get_by_role("button", name="并入档案").click()
        expect(page.locator(".verdict")).to_contain_text("红色预警")
        act(page, "流转", 附言="第三次了，请妇联和社区一起上门")
        _picture(page, "story-2-transferred")

    station.watch.set(3, 2, 9, 20)
    with station.person("centre") as page:
        page.goto("/desk")
        waiting = page.locator("section.waiting").first
        other = waiting.locator("details")
        if not other.evaluate("details => details.open"):
            other.locator("summary").click()
        other.get_by_label("主办单位").select_option(label="柳塘妇联")
        for box in other.get_by_role("checkbox").all():
            box.uncheck()
        other.get_by_role("checkbox", name="桥头社区").check()
        other.get_by_label("理由和交办意见").fill("先稳住两家，再坐下来谈")
        _picture(page, "story-3-desk")
        other.get_by_role("button", name="另行分派").click()
        expect(page.get_by_role("status")).to_contain_text("已分派")

    station.watch.set(3, 2, 9, 40)
    station.look()
    with station.person("women") as page:
        page.goto("/inbox")
        expect(page.locator("main")).to_contain_text("分派到您的单位，请签收")
        page.goto(case)
        act(page, "签收")
        act(page, "共享", 调解志愿="志愿庚")
    with station.person("helper") as page:
        page.goto("/todo")
        expect(page.locator("main")).to_contain_text("请您协助")

    # Reports come, and two persons lower the colour.
    station.watch.set(3, 3, 10)
    with station.person("women") as page:
        page.goto(case)
        act(page, "反馈", 进展="见过两家父母，都愿意再谈")
    with station.person("helper") as page:
        page.goto(case)
        expect(page.locator("main")).not_to_contain_text(PHONE)
        act(page, "反馈", 进展="陪小王聊了半天，她同意先回家")
    with station.person("centre") as page:
        page.goto(case)
        act(page, "请求调低", 预警颜色="黄", 调低的理由="两家都冷静下来了")
    with station.person("leader") as page:
        page.goto(case)
        act(page, "同意调低", 答复意见="同意，每天仍要反馈")
        expect(page.locator(".verdict")).to_contain_text("黄色预警")

    # A day without a report.
    station.watch.set(3, 4, 17, 5)
    station.look()
    with station.person("women") as page:
        page.goto("/inbox")
        expect(page.locator("main")).to_contain_text("漏报")
        _picture(page, "story-4-reminded")
        page.goto(case)
        expect(page.locator(".verdict")).to_contain_text("红色预警")
        expect(page.locator("ol.track")).to_contain_text("漏报")
    with station.person("centre") as page:
        page.goto("/daily")
        expect(page.locator("main")).to_contain_text("柳塘妇联")
        expect(page.locator("main")).to_contain_text("漏报 1")
        _picture(page, "story-5-daily")

    station.watch.set(3, 5, 9)
    with station.person("women") as page:
        page.goto(case)
        act(page, "反馈", 进展="昨天上门谈到很晚，忘了反馈；两家约好今天下午坐下来谈")
    with station.person("village") as page:
        page.goto(case)
        act(page, "反馈", 进展="社区会议室已备好，两家都来")
    station.watch.set(3, 5, 16)
    with station.person("women") as page:
        page.goto(case)
        act(page, "化解", 化解方式="口头协议", 化解结果="两家同意先处一年，不再拦，不再出走，写明各自的事")
        _picture(page, "story-6-settled")

    station.watch.set(3, 12, 10)
    with station.person("women") as page:
        page.goto(case)
        act(page, "回访", 结果="稳定", 回访情况="两家都说好")
    with station.person("centre") as page:
        page.goto(case)
        act(page, "归档")
        expect(page.locator(".verdict")).to_contain_text("已归档")
    with station.person("leader") as page:
        page.goto("/dashboard")
        expect(page.get_by_role("row", name="化解").first).to_contain_text("1")
        _picture(page, "story-7-dashboard")

    # And a fourth call.
    station.watch.set(3, 20, 21)
    with station.person("officer") as page:
        take_call(page, CALLS[3])
        expect(page.locator("#same-dispute")).to_contain_text("已归档")
        page.get_by_role("button", name="并入档案").click()
        expect(page.locator(".verdict")).to_contain_text("待分派")
        expect(page.locator(".verdict")).to_contain_text("再次激发 3")
        expect(page.locator(".verdict")).to_contain_text("红色预警")
        _picture(page, "story-8-again")
    with station.person("centre") as page:
        page.goto("/desk")
        expect(page.locator("section.waiting")).to_have_count(1)
        page.goto(f"{case}/file")
        _picture(page, "story-9-file")
