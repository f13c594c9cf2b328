"""变化报告 as it is seen: it fits a telephone and a desk, without a script."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rules import Ruleset
from service.rescoring.change_report import write_report
from tests.rescoring.changed_rows import changes, moved, row

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_is_no_wider_than_the_screen(browser: Browser, ruleset: Ruleset, tmp_path: Path, width: int) -> None:
    many = [row(原部门=department, 今接收部门=department, 单位="城" * 40) for department in ruleset.departments]
    counted = changes(moved("蓝", "红"), moved("红", "黄") | {"编号": "A" * 80, "描述": "漏" * 80}, *many)
    page = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False).new_page()
    page.goto(write_report(counted, tmp_path, ruleset)[0].as_uri())
    expect(page.get_by_role("heading", name="离开红（1 行）")).to_be_visible()
    expect(page.get_by_role("img").first).to_be_visible()
    root = page.locator("html")
    assert root.evaluate("page => page.scrollWidth") == width
    page.context.close()
