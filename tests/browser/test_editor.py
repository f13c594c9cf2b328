"""The rule editor in a real browser, under the service's own content security policy."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.editor_page import EditorPage
from tests.conftest import require
from tests.rulesets.town import HEAD, RULES

pytestmark = pytest.mark.browser

_BUILT = files("service") / "web" / "static" / "built" / "editor.js"
RULE = "- 编号: A-1\n  名称: 试写\n"


@pytest.fixture(scope="module")
def site() -> Iterator[EditorPage]:
    with EditorPage() as running:
        yield running


@contextmanager
def _opened(browser: Browser, site: EditorPage) -> Iterator[Page]:
    """A page that leads nowhere yet; a refused style or any other error in its console fails the test."""
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 860}, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    expected = ("net::ERR_FAILED", "status of 404")  # a check cut off by a test; the picture a browser looks for
    assert [said for said in complaints if not any(words in said for words in expected)] == []


def _enhanced(page: Page) -> Page:
    _require_bundle()
    page.goto("/")
    expect(page.get_by_text("没有发现错误")).to_be_visible()
    return page


def _require_bundle() -> None:
    require(None if _BUILT.is_file() else "规则编辑器没有做成（安装时取不到 npm 的软件包）")


@pytest.fixture
def blank(browser: Browser, site: EditorPage) -> Iterator[Page]:
    with _opened(browser, site) as page:
        yield page


@pytest.fixture
def page(blank: Page) -> Page:
    """The draft with CodeMirror."""
    return _enhanced(blank)


@pytest.fixture(scope="module")
def lasting_page(browser: Browser, site: EditorPage) -> Iterator[Page]:
    """The same for several tests, each of which writes the file anew."""
    with _opened(browser, site) as page:
        yield _enhanced(page)


@pytest.fixture
def plain(blank: Page) -> Page:
    """The draft where the bundle could not be built."""
    blank.goto("/?plain")
    expect(blank.get_by_text("没有发现错误")).to_be_visible()
    return blank


def _picture(page: Page, name: str) -> None:
    if folder := os.environ.get("TONGBAN_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"editor-{name}.png", full_page=True, caret="initial")


def _editor(page: Page, file: str = "rules.yaml") -> Locator:
    return page.get_by_role("textbox", name=f"规则文件 {file}")


def _write(page: Page, text: str, file: str = "rules.yaml") -> None:
    """Paste over the whole file; the cursor stands behind it."""
    _editor(page, file).click()
    page.keyboard.press("Control+A")
    _editor(page, file).evaluate(
        """(field, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def _kept(page: Page, file: str = "rules.yaml") -> str:
    """What the form would send."""
    return page.locator(f'textarea[data-file="{file}"]').input_value()


def _found(page: Page) -> Locator:
    return page.get_by_role("region", name="检查结果")


def test_a_misspelt_fact_is_underlined_with_its_remedy_until_it_is_mended(page: Page) -> None:
    _write(page, RULES.replace("{纠纷类型: 邻里}\n", "{纠纷类形: 邻里}\n"))
    expect(page.locator(".cm-lintRange-error").first).to_have_text("纠纷类形")
    expect(_found(page)).to_contain_text("R028")
    expect(_found(page)).to_contain_text("您是不是想写「纠纷类型」？")
    expect(page.locator(".cm-lint-marker-error").first).to_be_visible()
    expect(page.get_by_role("combobox", name="文件")).to_contain_text(re.compile(r"rules.yaml（\d 处错误"))
    _picture(page, "problem")
    _write(page, RULES)
    expect(_found(page)).to_contain_text("没有发现错误")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    expect(page.get_by_role("combobox", name="文件")).not_to_contain_text("错误")


def test_an_underline_counts_whole_characters(page: Page) -> None:
    _write(page, RULES.replace("{名: 中, 给定: {凶器: 是}", "{名: 𠮷𠮷, 给定: {凶气: 是}"))
    expect(page.locator(".cm-lintRange-error").first).to_have_text("凶气")


def test_a_finding_leads_to_its_place_in_another_file(page: Page) -> None:
    _write(page, RULES.replace("{凶器: 是}\n", "{凶气: 是}\n"))
    expect(_found(page)).to_contain_text("R028")
    page.get_by_label("文件", exact=True).select_option("ruleset.yaml")
    expect(_editor(page, "ruleset.yaml")).to_be_visible()
    _found(page).get_by_role("button", name=re.compile("rules.yaml:8")).click()
    expect(_editor(page)).to_be_focused()
    expect(page.locator(".cm-activeLine")).to_contain_text("凶气")


def test_switching_files_keeps_text_and_history(page: Page) -> None:
    _write(page, RULES + "# 甲\n")
    page.get_by_label("文件", exact=True).select_option("ruleset.yaml")
    _write(page, HEAD + "# 乙\n", "ruleset.yaml")
    page.get_by_label("文件", exact=True).select_option("rules.yaml")
    expect(_editor(page)).to_contain_text("# 甲")
    assert _kept(page) == RULES + "# 甲\n"
    assert _kept(page, "ruleset.yaml") == HEAD + "# 乙\n"
    _editor(page).click()
    page.keyboard.press("Control+Z")
    assert _kept(page) == RULES


def test_the_form_sends_what_was_written(page: Page) -> None:
    _write(page, RULES + "# 末行\n")
    with page.expect_response("/") as answer:
        page.get_by_role("button", name="保存").click()
    sent = {name: text.replace("\r\n", "\n") for name, text in answer.value.json().items()}
    assert sent == {"file:rules.yaml": RULES + "# 末行\n", "file:ruleset.yaml": HEAD}


COMPLETIONS = [
    ("  ", ["依据", "责任人"], ["编号", "名称", "凶器"]),
    ("  状态: ", ["启用", "试行", "停用"], []),
    ("  底线: ", ["是", "否"], []),
    ("  条件: {", ["纠纷类型", "凶器", "任一"], ["接收部门"]),
    ("  条件:\n    凶器: 是\n    ", ["纠纷类型", "非"], ["凶器"]),
    ("  条件:\n    全部:\n    - 凶器: 是\n    - ", ["凶器", "近90天重复次数"], ["依据"]),
    ("  条件:\n    任一: [{凶器: 是}, {", ["凶器", "描述"], []),
    ("  条件: {纠纷类型: ", ["邻里", "劳动欠薪", "属于"], ["红"]),
    ("  条件:\n    纠纷类型: {属于: [邻里, ", ["劳动欠薪", "非纠纷"], ["属于"]),
    ("  条件: {近90天重复次数: {", ["至少", "介于"], ["属于"]),
    ("  条件: {凶器: ", ["是", "否"], ["属于"]),
    ("  结论: {", ["接收部门", "预警颜色"], ["凶器", "命中"]),
    ("  结论:\n    接收部门: 派出所\n    预警颜色: ", ["红", "黄", "蓝"], []),
    ("  结论:\n    协办部门:\n    - 派出所\n    - ", ["人社"], ["红"]),
    ("  测试:\n  - ", ["名", "给定", "期望"], ["依据"]),
    ("  测试:\n  - {名: 中, 给定: {", ["凶器", "纠纷类型"], ["任一", "红"]),
    ("  测试:\n  - 名: 中\n    给定: {纠纷类型: ", ["邻里"], ["属于"]),
    ("  测试:\n  - 名: 中\n    期望: {预警颜色: 红, ", ["接收部门", "命中", "未命中"], ["预警颜色"]),
    ("  条件: {凶器: 是\n  结论: {预警颜色: ", ["红"], ["凶器"]),  # a bracket was left open above
]


@pytest.mark.parametrize(("written", "offered", "withheld"), COMPLETIONS, ids=lambda part: repr(part)[:40])
def test_what_can_be_written_here_is_offered(
    lasting_page: Page, written: str, offered: list[str], withheld: list[str]
) -> None:
    _write(lasting_page, RULE + written)
    lasting_page.keyboard.press("Control+Space")
    labels = lasting_page.locator(".cm-completionLabel")
    expect(labels.first).to_be_visible()
    shown = labels.all_text_contents()
    assert set(offered) <= set(shown)
    assert not set(withheld) & set(shown)


def test_nothing_is_offered_in_free_text(page: Page) -> None:
    _write(page, RULE + "  理由: ")
    page.keyboard.press("Control+Space")
    page.wait_for_timeout(200)
    expect(page.locator(".cm-tooltip-autocomplete")).to_have_count(0)


def test_a_fact_and_its_value_are_written_by_completion(page: Page) -> None:
    _write(page, RULE + "  条件: {")
    page.keyboard.type("纠")
    expect(page.locator(".cm-completionLabel").first).to_have_text("纠纷类型")
    _picture(page, "completion")
    page.wait_for_timeout(100)  # CodeMirror takes no Enter just after the list came up
    page.keyboard.press("Enter")
    expect(page.locator(".cm-completionLabel").first).to_have_text("邻里")
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")
    assert _kept(page).endswith("  条件: {纠纷类型: 邻里")


def test_an_operator_brings_its_brackets(page: Page) -> None:
    _write(page, RULE + "  条件: {纠纷类型: ")
    page.keyboard.type("不属")
    expect(page.locator(".cm-completionLabel").first).to_have_text("不属于")
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")
    expect(page.locator(".cm-completionLabel").first).to_have_text("邻里")
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")
    assert _kept(page).endswith("  条件: {纠纷类型: {不属于: [邻里]}")


def test_composing_with_an_input_method_is_left_alone(page: Page) -> None:
    """Composed through Chromium's own interface for input methods: letters first, then the characters."""
    _write(page, RULE + "  条件: {")
    keyboard = page.context.new_cdp_session(page)
    for letters in ("j", "ji", "jiu"):
        end = len(letters)
        keyboard.send("Input.imeSetComposition", {"text": letters, "selectionStart": end, "selectionEnd": end})
        page.wait_for_timeout(150)
    expect(page.locator(".cm-tooltip-autocomplete")).to_have_count(0)
    keyboard.send("Input.insertText", {"text": "纠"})
    expect(page.locator(".cm-completionLabel").first).to_have_text("纠纷类型")
    assert _kept(page).endswith("条件: {纠")


def test_typing_over_several_lines_replaces_them(page: Page) -> None:
    _editor(page).click()
    page.keyboard.press("Control+A")
    page.keyboard.type("甲: 1")
    assert _kept(page) == "甲: 1"


def test_tab_indents_at_the_start_of_a_line_and_else_moves_on(page: Page) -> None:
    _write(page, "a: 1\n")
    page.keyboard.press("Tab")
    page.keyboard.type("b")
    assert _kept(page) == "a: 1\n  b"
    page.keyboard.press("Tab")
    expect(_editor(page)).not_to_be_focused()


def test_escape_and_tab_leave_the_editor(page: Page) -> None:
    _write(page, "a: 1\n")
    page.wait_for_timeout(200)  # just after typing, Escape only calls off the completion
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(_editor(page)).not_to_be_focused()
    assert _kept(page) == "a: 1\n"


def test_the_search_panel_speaks_chinese(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _editor(page).click()
    page.keyboard.press("Control+F")
    _picture(page, "search-390")
    panel = page.locator(".cm-search")
    expect(panel.get_by_placeholder("查找")).to_be_visible()
    assert re.sub(r"[^A-Za-z]", "", panel.inner_text()) == ""


def test_an_answer_to_an_older_text_is_dropped(page: Page) -> None:
    held = []
    page.route("**/rules/check", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request("**/rules/check"):
        _write(page, RULES.replace("{凶器: 是}\n", "{凶气: 是}\n"))
    with page.expect_response("**/rules/check"):
        _write(page, RULES)
    late = {"file": "rules.yaml", "line": 1, "column": 1, "code": "R028", "message": "旧", "severity": "错误"}
    held[0].fulfill(json={"ok": False, "problems": [late]})
    page.wait_for_timeout(200)
    expect(_found(page)).to_have_text("没有发现错误")


@pytest.mark.parametrize("address", ["/", "/?plain"])
def test_a_check_that_fails_is_said_and_loses_nothing(blank: Page, address: str) -> None:
    if "plain" not in address:
        _require_bundle()
    blank.route("**/rules/check", lambda route: route.abort())
    blank.goto(address)
    expect(_found(blank)).to_contain_text("检查没有做成")
    expect(_found(blank)).to_contain_text("写的内容都还在")
    assert _kept(blank) == RULES


def test_without_the_bundle_the_text_area_is_checked_and_findings_lead_to_it(plain: Page) -> None:
    area = plain.get_by_role("textbox", name="rules.yaml", exact=True)
    area.fill(RULES.replace("{凶器: 是}\n", "{凶气: 是}\n"))
    expect(_found(plain)).to_contain_text("您是不是想写「凶器」？")
    plain.get_by_label("文件", exact=True).select_option("ruleset.yaml")
    expect(area).to_be_hidden()
    _found(plain).get_by_role("button", name=re.compile("rules.yaml:8")).click()
    expect(area).to_be_focused()
    start, end = area.evaluate("area => [area.selectionStart, area.selectionEnd]")
    assert area.input_value()[start:end] == "凶"
    _picture(plain, "plain")


def test_without_any_script_every_file_can_be_edited_and_sent(browser: Browser, site: EditorPage) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("textbox", name="rules.yaml", exact=True).fill("甲")
    page.get_by_role("textbox", name="ruleset.yaml", exact=True).fill("乙")
    with page.expect_response("/") as answer:
        page.get_by_role("button", name="保存").click()
    assert answer.value.json() == {"file:rules.yaml": "甲", "file:ruleset.yaml": "乙"}
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", ["/", "/?plain"])
def test_nothing_sticks_out_at_phone_or_desk_width(blank: Page, address: str, width: int) -> None:
    if "plain" not in address:
        _require_bundle()
    blank.set_viewport_size({"width": width, "height": 844})
    blank.goto(address)
    text = RULES.replace("{凶器: 是}", "{凶气: 是}") + "# " + "很长的一行" * 40
    if "plain" in address:
        blank.get_by_role("textbox", name="rules.yaml", exact=True).fill(text)
    else:
        _write(blank, text)
    expect(_found(blank)).to_contain_text("R028")
    assert blank.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    _picture(blank, f"{'plain' if 'plain' in address else 'full'}-{width}")
