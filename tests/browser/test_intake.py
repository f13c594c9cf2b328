"""Intake in a real browser: while typing, accepting, choosing otherwise, without script, at phone width."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

KNIFE = "丈夫酒后持菜刀威胁妻子，扬言要砍死她，妻子否认被打过。"
LEAK = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"


def _picture(page: Page, name: str, *, whole: bool = True) -> None:
    """Keep a picture for whoever wants to look, where TONGBAN_SCREENSHOTS says. README shows `typing`."""
    if folder := os.environ.get("TONGBAN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)


def test_the_answer_comes_while_typing(page: Page) -> None:
    page.get_by_label("警情描述").press_sequentially(KNIFE, delay=5)
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("红色预警")
    expect(verdict).to_contain_text("接收部门")
    expect(verdict).to_have_css("background-color", "rgb(253, 234, 234)")
    expect(page.locator("table.types").first.locator("tr")).to_have_count(3)
    expect(page.locator("mark.grave").filter(has_text="凶器").first).to_be_visible()
    expect(page.locator("mark.absent").filter(has_text="暴力（否认）").first).to_be_visible()
    expect(page.locator(".rules li").first).to_contain_text("依据")
    expect(page.get_by_role("status").filter(has_text="红色预警")).to_have_count(1)
    assert page.url.endswith("/")
    _picture(page, "typing", whole=False)


def test_going_on_typing_replaces_the_answer(page: Page) -> None:
    field = page.get_by_label("警情描述")
    field.fill("楼上漏水，双方争吵")
    expect(page.locator(".verdict")).not_to_contain_text("红色")
    field.fill("楼上漏水，双方争吵，对方持刀砍伤了我")
    expect(page.locator(".verdict")).to_contain_text("红色预警")


def test_an_answer_to_the_text_as_it_was_cannot_be_accepted(page: Page) -> None:
    page.get_by_label("警情描述").fill(LEAK)
    expect(page.locator("#answer")).not_to_have_attribute("inert", "")
    page.route("**/live", lambda route: None)  # the answer to the next text never comes
    page.get_by_label("警情描述").fill(KNIFE)
    expect(page.locator("#answer")).to_have_attribute("inert", "")


def test_a_service_that_is_gone_loses_nothing_typed(page: Page) -> None:
    page.route("**/live", lambda route: route.abort())
    page.get_by_label("警情描述").fill(KNIFE)
    expect(page.get_by_role("alert")).to_contain_text("服务没有给出建议")
    expect(page.get_by_label("警情描述")).to_have_value(KNIFE)


def test_a_known_repetition_changes_the_colour(page: Page) -> None:
    page.get_by_label("警情描述").fill("楼上漏水，对方态度很好，答应来修")
    expect(page.locator(".verdict")).to_contain_text("蓝色预警")
    page.get_by_label("近90天同一纠纷警情").fill("3")
    expect(page.locator(".verdict")).to_contain_text("红色预警")


def test_accepting_what_was_shown_while_typing(page: Page) -> None:
    page.get_by_label("警情描述").fill(LEAK)
    page.get_by_label("办理人").first.fill("王警官")
    page.get_by_role("button", name="按建议办理").click()
    expect(page).to_have_url(re.compile("/suggestions/"))
    expect(page.locator(".done")).to_contain_text("王警官")
    _picture(page, "accepted")
    page.get_by_role("link", name="研判记录").click()
    expect(page.locator("tbody")).to_contain_text("按建议 · 王警官")
    _picture(page, "records")


def test_the_name_is_remembered_for_the_next_incident(page: Page) -> None:
    page.get_by_label("警情描述").fill(LEAK)
    page.get_by_label("办理人").first.fill("李警官")
    page.get_by_role("button", name="按建议办理").click()
    expect(page.locator(".done")).to_contain_text("李警官")
    page.goto("/")
    page.get_by_label("警情描述").fill(KNIFE)
    expect(page.get_by_label("办理人").first).to_have_value("李警官")


def test_lowering_a_red_needs_a_second_person(page: Page) -> None:
    page.get_by_label("警情描述").fill(KNIFE)
    page.get_by_text("另行决定", exact=True).click()
    choice = page.locator("form.otherwise")
    choice.get_by_role("radio", name="黄").check()
    choice.get_by_label("理由").fill("现场核实是玩具刀")
    choice.get_by_label("办理人").fill("王警官")
    choice.evaluate("form => form.requestSubmit()")
    expect(page.get_by_role("alert")).to_contain_text("须有另一人复核")
    _picture(page, "refused")
    choice = page.locator("form.otherwise")
    expect(choice.get_by_label("理由")).to_have_value("现场核实是玩具刀")
    choice.get_by_label("复核人").fill("李所长")
    choice.get_by_role("button", name="按此决定").click()
    expect(page.locator(".done")).to_contain_text("复核：李所长")
    expect(page.locator(".done")).to_contain_text("黄色。理由：现场核实是玩具刀")


def test_a_text_that_cannot_be_read_is_answered_and_kept(page: Page) -> None:
    field = page.get_by_label("警情描述")
    with page.expect_response("**/live") as answer:
        field.fill("only english")
    assert answer.value.status == 422
    expect(page.get_by_role("alert")).to_contain_text("没有汉字")
    expect(field).to_have_value("only english")


def test_it_works_without_script(scriptless: Page) -> None:
    scriptless.get_by_label("警情描述").fill(KNIFE)
    scriptless.get_by_role("button", name="研判", exact=True).click()
    expect(scriptless.locator(".verdict")).to_contain_text("红色预警")
    expect(scriptless.get_by_label("警情描述")).to_have_value(KNIFE)
    scriptless.get_by_label("办理人").first.fill("王警官")
    scriptless.get_by_role("button", name="按建议办理").click()
    expect(scriptless.locator(".done")).to_contain_text("按建议办理")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.keyboard.type(LEAK)  # the field has the focus at once
    expect(page.locator(".verdict")).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "按建议办理":
            break
    else:
        pytest.fail("Tab never reached 按建议办理")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_at_phone_or_desk_width(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.get_by_label("警情描述").fill(KNIFE)
    expect(page.locator(".verdict")).to_be_visible()
    page.get_by_text("另行决定", exact=True).click()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    _picture(page, f"width-{width}")


def test_every_field_has_a_label(page: Page) -> None:
    page.get_by_label("警情描述").fill(KNIFE)
    page.get_by_text("另行决定", exact=True).click()
    unlabelled = page.evaluate(
        """[...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
           .filter(field => !field.labels.length).map(field => field.outerHTML)"""
    )
    assert unlabelled == []
