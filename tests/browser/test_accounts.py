"""Accounts in a real browser: signing in, managing accounts, being disabled, at desk and phone width."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.accounts.actions import Accounts
from service.accounts.model import Role, terminal
from service.storage import migrate
from service.storage.database import Database
from tests.browser.test_intake import LEAK, _picture
from tests.service.running import RunningService

pytestmark = pytest.mark.browser

ADMIN, WANG = "楼下的橘猫爱晒太阳吗", "河边七棵柳树都还绿着"


@pytest.fixture(scope="module")
def service(trained_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service whose first administrator is there, and an officer with a password of their own."""
    folder = tmp_path_factory.mktemp("accounts")
    url = f"sqlite:///{folder / 'tongban.db'}"
    database = Database(url)
    migrate.upgrade(database)
    accounts, root = Accounts(database), terminal("test")
    accounts.create(root, "admin", "赵管理", [Role.ADMIN, Role.AUDITOR], ADMIN, must_change=False)
    accounts.create(root, "wang", "王警官", [Role.DUTY], WANG, must_change=False)
    database.close()
    with RunningService(trained_data_dir, url, folder / "log") as running:
        yield running


def _sign_in(page: Page, login: str, password: str) -> None:
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出", exact=True)).to_be_visible()


def test_from_signing_in_over_the_accounts_to_disabling_one(page: Page, browser: Browser) -> None:
    expect(page).to_have_url(re.compile("/login$"))
    page.get_by_label("登录名").fill("admin")
    page.get_by_label("密码").fill("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("登录名或密码不对")
    expect(page.get_by_label("登录名")).to_have_value("admin")
    _picture(page, "login")
    _sign_in(page, "admin", ADMIN)
    expect(page).to_have_url(re.compile("/accounts$"))
    page.get_by_label("登录名").fill("li")
    page.get_by_label("显示名").fill("李编辑")
    page.get_by_label("规则编辑").check()
    page.get_by_label("初始密码").fill("1234567890")
    page.get_by_role("button", name="建立账号").click()
    expect(page.get_by_role("alert")).to_contain_text("太容易猜到")
    page.get_by_label("初始密码").fill("七只麻雀站在电线上面")
    expect(page.get_by_label("显示名")).to_have_value("李编辑")
    page.get_by_role("button", name="建立账号").click()
    expect(page.get_by_role("status")).to_contain_text("账号建好了")
    page.get_by_text("建立接口密钥", exact=True).click()
    page.get_by_label("名称", exact=True).fill("指挥平台")
    page.locator("details").get_by_label("规则编辑").check()
    page.get_by_role("button", name="建立密钥").click()
    expect(page.locator("code.key")).to_contain_text("tb_")
    _picture(page, "account-key")
    page.get_by_role("button", name="停用账号").click()
    expect(page.get_by_text("已停用", exact=True)).to_be_visible()
    _picture(page, "account-disabled")
    page.get_by_role("link", name="账号", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="李编辑")).to_contain_text("已停用")
    _picture(page, "accounts")
    page.get_by_role("link", name="审计").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("停用账号")
    page.get_by_label("做了什么").select_option("登录失败")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("账号 admin")
    _picture(page, "audit")


def test_who_is_disabled_while_typing_is_told_and_loses_nothing(page: Page, browser: Browser) -> None:
    _sign_in(page, "wang", WANG)
    field = page.get_by_label("警情描述")
    field.fill(LEAK)
    expect(page.locator(".choose")).to_contain_text("办理人 王警官")
    assert page.get_by_label("办理人").count() == 0
    _picture(page, "signed-in", whole=False)
    admin = browser.new_context(base_url=page.url, locale="zh-CN").new_page()
    admin.goto("/accounts")
    _sign_in(admin, "admin", ADMIN)
    admin.get_by_role("link", name="wang").click()
    admin.get_by_role("button", name="停用账号").click()
    expect(admin.get_by_text("已停用", exact=True)).to_be_visible()
    field.fill(f"{LEAK}后来又吵起来。")
    expect(page.get_by_role("alert")).to_contain_text("登录已经过期")
    expect(field).to_have_value(f"{LEAK}后来又吵起来。")
    admin.get_by_role("button", name="启用账号").click()
    expect(admin.get_by_role("button", name="停用账号")).to_be_visible()
    admin.context.close()
    page.reload()
    _sign_in(page, "wang", WANG)


def test_a_choice_is_made_in_the_name_of_whoever_is_signed_in(page: Page) -> None:
    _sign_in(page, "wang", WANG)
    page.get_by_label("警情描述").fill(LEAK)
    page.get_by_role("button", name="按建议办理").click()
    expect(page.locator(".done")).to_contain_text("王警官")


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_sticks_out_and_every_field_has_a_label(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    _picture(page, f"login-{width}")
    _sign_in(page, "admin", ADMIN)
    page.get_by_role("link", name="wang").click()
    for path in (page.url, "/accounts", "/account", "/audit"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        unlabelled = page.evaluate(
            """[...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
               .filter(field => !field.labels.length && !field.ariaLabel).map(field => field.outerHTML)"""
        )
        assert unlabelled == []
        _picture(page, f"{path.rpartition('/')[2][:8]}-{width}")
