"""A headless Chromium and a running service for the page tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.conftest import require
from tests.service.running import RunningService

_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    require(None if path else "这台机器没有 Chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def service(trained_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    folder = tmp_path_factory.mktemp("browser")
    with RunningService(trained_data_dir, f"sqlite:///{folder / 'tongban.db'}", folder / "log") as running:
        yield running


@pytest.fixture
def page(browser: Browser, service: RunningService) -> Iterator[Page]:
    """A page at the intake form; an error in its console fails the test. An answer of 4xx, or none, is none."""
    context = browser.new_context(base_url=service.url, viewport={"width": 1280, "height": 860}, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if _is_fault(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    yield page
    context.close()
    assert complaints == []


def _is_fault(message: ConsoleMessage) -> bool:
    expected = ("the server responded with a status of 4", "net::ERR_FAILED")
    return message.type == "error" and not any(words in message.text for words in expected)


@pytest.fixture
def scriptless(browser: Browser, service: RunningService) -> Iterator[Page]:
    """The same page with JavaScript switched off."""
    context = browser.new_context(base_url=service.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()
