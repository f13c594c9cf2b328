"""The pages and the API with accounts in use: who comes in, where to, and what each may see."""

import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from service.accounts.gate import COOKIE
from service.accounts.model import Role
from service.accounts.pages import local_path
from tests.accounts.conftest import ADDRESS, OTHER, PASSWORD, ROOT, Clock, Station

Browser = Callable[[], TestClient]
API = "/api/v1/accounts"


def _sign_in(browser: Browser, login: str, password: str = PASSWORD) -> TestClient:
    client = browser()
    answer = client.post("/login", data={"login": login, "password": password})
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text
    return client


@pytest.fixture
def wang(station: Station, browser: Browser) -> TestClient:
    """Signed in as 值班民警."""
    return _sign_in(browser, "wang")


@pytest.fixture
def admin(station: Station, browser: Browser) -> TestClient:
    """Signed in as 管理员."""
    return _sign_in(browser, "admin")


def _every_path(client: TestClient) -> Iterator[tuple[str, str]]:
    routes = [*client.app.routes]  # type: ignore[attr-defined]
    while routes:
        route = routes.pop()
        routes += getattr(getattr(route, "original_router", None), "routes", [])
        for method in getattr(route, "methods", None) or ():
            yield method, re.sub(r"\{.*?\}", "x", route.path)


OPEN = {"/login", "/livez", "/readyz", "/api/v1/health", "/api/v1/ready"}


def test_nothing_but_login_style_and_health_is_open_to_strangers(station: Station, browser: Browser) -> None:
    client, seen = browser(), set()
    for method, path in [*_every_path(client), ("GET", "/nothing"), ("GET", "/api/nothing"), ("GET", "/login/")]:
        answer = client.request(method, path)
        seen.add(path)
        if path in OPEN or path.startswith("/static"):
            assert "没有登录" not in answer.text, (method, path)
            assert answer.status_code != 303, (method, path)
        elif path.startswith("/api/") or method not in ("GET", "HEAD"):
            assert answer.status_code == 401, (method, path)
        else:
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login"), (method, path)
    assert {"/", "/records", "/audit", "/accounts/x", f"{API}/x/keys", "/metrics", "/api/v1/openapi.json"} <= seen


def test_without_accounts_nobody_need_sign_in(browser: Browser) -> None:
    client = browser()
    assert client.get("/").status_code == 200
    page = client.get("/login").text
    assert "还没有账号" in page
    assert "退出" not in client.get("/").text


@pytest.mark.parametrize("path", ["/accounts", "/audit", "/account"])
def test_without_accounts_what_needs_one_is_refused_in_words(browser: Browser, path: str) -> None:
    answer = browser().get(path)
    assert answer.status_code == 403
    assert "create-admin" in answer.text or "没有人用账号登录" in answer.text


def test_a_stranger_is_sent_to_sign_in_and_then_where_one_wanted(station: Station, browser: Browser) -> None:
    client = browser()
    sent = client.get("/records?page=2").headers["location"]
    assert sent == "/login?next=/records%3Fpage%3D2"
    assert 'value="/records?page=2"' in client.get(sent).text
    answer = client.post("/login", data={"login": "wang", "password": PASSWORD, "next": "/records?page=2"})
    assert answer.headers["location"] == "/records?page=2"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/\n/evil.example", "javascript:alert(1)", "evil.example", "", " /records", "/x\\y",
    ],
)  # fmt: skip
def test_signing_in_never_leads_elsewhere(station: Station, browser: Browser, wanted: str) -> None:
    assert local_path(wanted) == "/"
    answer = browser().post("/login", data={"login": "wang", "password": PASSWORD, "next": wanted})
    assert answer.headers["location"] == "/"


def test_the_api_says_in_json_that_a_key_is_needed(station: Station, browser: Browser) -> None:
    answer = browser().post("/api/v1/suggestions", json={"text": "楼上漏水"})
    assert answer.status_code == 401
    assert "Authorization: Bearer tb_…" in answer.json()["message"]
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_form_sent_after_the_session_ended_says_how_to_go_on(wang: TestClient, time: Clock) -> None:
    time.move(hours=9)
    answer = wang.post("/", data={"text": "楼上漏水"})
    assert answer.status_code == 401
    assert "退回上一页重新提交" in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(station: Station, browser: Browser) -> None:
    words = {"login": "wang", "password": PASSWORD}
    cookie = browser().post("/login", data=words).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "expires" not in cookie.casefold()
    behind_tls = TestClient(browser().app, base_url=ADDRESS.replace("http", "https"), follow_redirects=False)
    assert "Secure" in behind_tls.post("/login", data=words).headers["set-cookie"]


def test_a_planted_cookie_is_replaced_at_login(station: Station, browser: Browser) -> None:
    client = browser()
    client.cookies.set(COOKIE, "planted")
    answer = client.post("/login", data={"login": "wang", "password": PASSWORD})
    assert "planted" not in answer.headers["set-cookie"]
    planted = browser()
    planted.cookies.set(COOKIE, "planted")
    assert planted.get("/").status_code == 303


def test_a_wrong_password_is_answered_alike_for_every_name(station: Station, browser: Browser) -> None:
    pages = []
    for login in ("wang", "nobody"):
        answer = browser().post("/login", data={"login": login, "password": "wrong password"})
        assert answer.status_code == 401
        assert "wrong password" not in answer.text
        pages.append(answer.text.replace(login, ""))
    assert pages[0] == pages[1]
    assert "登录名或密码不对" in pages[0]


def test_too_many_failures_say_how_long_to_wait(station: Station, browser: Browser) -> None:
    client = browser()
    for _ in range(5):
        client.post("/login", data={"login": "wang", "password": "wrong password"})
    answer = client.post("/login", data={"login": "wang", "password": PASSWORD})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert "请等 30 秒再试" in answer.text


def test_the_header_shows_who_is_signed_in_and_the_way_out(wang: TestClient) -> None:
    page = wang.get("/").text
    assert "王警官" in page
    assert 'href="/account"' in page
    assert wang.post("/logout").headers["location"] == "/login"
    assert wang.get("/").status_code == 303


def _menu(client: TestClient, path: str) -> list[str]:
    return re.findall(
        r"<a [^>]*>(.*?)</a>", client.get(path).text.partition('<nav class="menu"')[2].partition("</nav>")[0]
    )


def test_the_menu_shows_what_one_may_do(
    station: Station, browser: Browser, wang: TestClient, admin: TestClient
) -> None:
    cases = ["档案", "消息", "日清", "周结"]
    assert _menu(wang, "/") == ["我的待办", "接警研判", "研判记录", *cases, "重新研判", "导入警情", "规则", "单位"]
    assert _menu(admin, "/accounts") == [
        *("消息", "重新研判", "导入警情", "规则", "单位", "账号", "外发通知", "到期清除", "审计")
    ]
    station.accounts.create(ROOT, "sun", "", [Role.AUDITOR], PASSWORD, must_change=False)
    assert _menu(_sign_in(browser, "sun"), "/audit") == [
        *("档案", "日清", "周结", "规则", "看板", "周报", "单位", "到期清除", "审计")
    ]
    assert _menu(browser(), "/login") == []


def test_each_starts_where_their_work_is(station: Station, browser: Browser, admin: TestClient) -> None:
    assert admin.get("/").headers["location"] == "/accounts"
    for login, roles, start in (("sun", [Role.AUDITOR], "/audit"), ("li", [Role.EDITOR], "/account")):
        station.accounts.create(ROOT, login, "", roles, PASSWORD, must_change=False)
        assert _sign_in(browser, login).get("/").headers["location"] == start


@pytest.mark.parametrize("path", ["/records", "/suggestions/x"])
def test_incidents_are_read_by_officers_on_duty_only(admin: TestClient, path: str) -> None:
    answer = admin.get(path)
    assert answer.status_code == 403
    assert "“值班民警”的角色" in answer.text
    assert admin.get(f"/api/v1{path}" if "sugg" in path else "/api/v1/suggestions/x").status_code == 403


@pytest.mark.parametrize("path", ["/accounts", "/accounts/x", "/audit", API])
def test_an_officer_sees_neither_accounts_nor_the_audit(wang: TestClient, path: str) -> None:
    assert wang.get(path).status_code == 403


FORMS = [
    "/login", "/logout", "/account/password", "/account/sessions/x/end", "/account/sessions/others/end", "/accounts",
    "/accounts/x", "/accounts/x/enabled", "/accounts/x/password", "/accounts/x/keys", "/accounts/x/keys/x/revoke",
]  # fmt: skip


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
def test_another_sites_page_cannot_send_any_form(admin: TestClient, headers: dict[str, str]) -> None:
    posts = {path for method, path in _every_path(admin) if method not in ("GET", "HEAD")}
    assert set(FORMS) <= posts
    for path in posts:
        answer = admin.post(path, headers=headers)
        assert (answer.status_code, answer.json()["message"]) == (403, "请求来自别的网站，已拒绝"), path


def test_a_given_password_must_be_changed_before_anything_else(station: Station, browser: Browser) -> None:
    station.accounts.reset_password(ROOT, station.wang.id, OTHER)
    client = _sign_in(browser, "wang", OTHER)
    assert client.get("/records").headers["location"] == "/account"
    assert client.post("/", data={"text": "楼上漏水"}).status_code == 403
    assert "请先换成自己的" in client.get("/account").text
    answer = client.post("/account/password", data={"old": OTHER, "new": PASSWORD, "again": PASSWORD})
    assert answer.headers["location"] == "/account?done=password"
    assert client.get("/records").status_code == 200


def test_a_password_is_changed_on_ones_own_page(wang: TestClient, browser: Browser) -> None:
    for new, again, status in ((OTHER, "别的", 422), ("short", "short", 422), (OTHER, OTHER, 303)):
        answer = wang.post("/account/password", data={"old": PASSWORD, "new": new, "again": again})
        assert answer.status_code == status
    assert wang.get("/account").status_code == 200
    _sign_in(browser, "wang", OTHER)


def test_other_sessions_are_ended_on_ones_own_page(wang: TestClient, browser: Browser) -> None:
    other = _sign_in(browser, "wang")
    page = wang.get("/account").text
    (path,) = re.findall(r'action="(/account/sessions/[0-9a-f-]{36}/end)"', page)
    assert wang.post(path).status_code == 303
    assert other.get("/").status_code == 303
    assert wang.get("/").status_code == 200
    assert wang.post("/account/sessions/others/end").status_code == 303


def _account_path(client: TestClient, login: str) -> str:
    found = re.search(rf'href="(/accounts/[0-9a-f-]{{36}})">{login}<', client.get("/accounts").text)
    assert found
    return found[1]


def test_an_administrator_makes_changes_and_disables_an_account(admin: TestClient, browser: Browser) -> None:
    fields = {"login": "li", "name": "李编辑", "roles": ["规则编辑", "值班民警"], "password": PASSWORD}
    path = admin.post("/accounts", data=fields).headers["location"].partition("?")[0]
    assert "账号建好了" in admin.get(f"{path}?done=created").text
    assert path == _account_path(admin, "li")
    client = _sign_in(browser, "li")
    admin.post(path, data={"name": "李发布", "roles": ["规则发布"]})
    assert client.get("/").headers["location"] == "/login"
    page = admin.get(path).text
    assert "李发布" in page
    assert re.findall(r'value="(\S+)" checked', page) == ["规则发布"]
    admin.post(f"{path}/password", data={"password": OTHER})
    assert client.post("/login", data={"login": "li", "password": PASSWORD}).status_code == 401
    admin.post(f"{path}/enabled", data={"enabled": "no"})
    assert "已停用" in admin.get("/accounts").text
    assert client.post("/login", data={"login": "li", "password": OTHER}).status_code == 403
    admin.post(f"{path}/enabled", data={"enabled": "yes"})
    assert "已停用" not in admin.get("/accounts").text


def test_a_refused_new_account_keeps_what_was_typed_but_the_password(admin: TestClient) -> None:
    answer = admin.post(
        "/accounts", data={"login": "li", "name": "李编辑", "roles": "规则编辑", "password": "shortone"}
    )
    assert answer.status_code == 422
    assert 'value="李编辑"' in answer.text
    assert 'value="规则编辑" checked' in answer.text
    assert "shortone" not in answer.text


def test_a_key_is_shown_once_and_opens_the_api(admin: TestClient, station: Station, browser: Browser) -> None:
    path = f"/accounts/{station.wang.id}"
    page = admin.post(f"{path}/keys", data={"name": "指挥平台", "roles": "值班民警", "last_day": "2026-12-31"}).text
    (key,) = set(re.findall(r"tb_[\w-]{43}", page))
    assert "tb_" not in admin.get(path).text
    program = browser()
    program.headers["Authorization"] = f"Bearer {key}"
    assert program.get("/api/v1/suggestions/x").status_code == 404
    assert program.get(API).status_code == 403
    assert program.get("/account").status_code == 403
    (revoke,) = re.findall(r'action="(/accounts/[^"]*/revoke)"', admin.get(path).text)
    assert admin.post(revoke).status_code == 303
    assert program.get("/api/v1/suggestions/x").status_code == 401


@pytest.mark.parametrize(("last_day", "complaint"), [("明天", "2026-12-31 这样"), ("2020-01-01", "已经过了")])
def test_an_impossible_last_day_is_said_to_be_so(
    admin: TestClient, station: Station, last_day: str, complaint: str
) -> None:
    fields = {"name": "程序", "roles": "值班民警", "last_day": last_day}
    answer = admin.post(f"/accounts/{station.wang.id}/keys", data=fields)
    assert answer.status_code == 422
    assert complaint in answer.text


def test_everything_an_administrator_does_can_be_done_by_a_program(
    station: Station, browser: Browser, time: Clock
) -> None:
    _, key = station.accounts.create_key(ROOT, station.admin.id, "人事系统", [Role.ADMIN])
    program = browser()
    program.headers["Authorization"] = f"bearer {key}"
    new = {"login": "li", "name": "李编辑", "roles": ["规则编辑"], "password": PASSWORD}
    made = program.post(API, json=new).json()
    one = f"{API}/{made['id']}"
    assert program.get(one).json() == made
    assert made | {"roles": ["规则编辑"], "enabled": True, "must_change_password": True} == made
    assert program.patch(one, json={"roles": ["规则发布"], "enabled": False}).json()["enabled"] is False
    assert [row["login"] for row in program.get(API).json()] == ["admin", "li", "wang"]
    assert program.post(f"{one}/password", json={"password": OTHER}).status_code == 204
    shown = program.post(f"{one}/keys", json={"name": "程序", "roles": ["规则发布"], "last_day": "2026-03-02"}).json()
    assert shown["expires_at"] == "2026-03-02T16:00:00.000Z"
    listed = program.get(f"{one}/keys").json()
    assert listed == [{name: value for name, value in shown.items() if name != "key"}]
    assert program.delete(f"{one}/keys/{shown['id']}").status_code == 204
    assert program.delete(f"{one}/keys/{shown['id']}").status_code == 404


def test_the_audit_page_lists_filters_and_pages(admin: TestClient, station: Station) -> None:
    for _ in range(30):
        for name in ("王一", "王二"):
            station.accounts.change(ROOT, station.wang.id, name=name)
    page = admin.get("/audit").text
    assert "共 63 条" in page
    assert "显示名：王一 → 王二" in page
    assert "第 1 / 2 页" in page
    assert "第 2 / 2 页" in admin.get("/audit?page=99").text
    assert "共 1 条" in admin.get("/audit?person=赵管理&action=登录").text


def test_what_is_typed_as_a_name_is_shown_and_never_run(admin: TestClient, station: Station) -> None:
    station.accounts.change(ROOT, station.wang.id, name='<script>alert(1)</script>"{{ 7*7 }}')
    for path in ("/accounts", f"/accounts/{station.wang.id}", "/audit"):
        page = admin.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
