"""Re-scoring in a browser: a file, its columns, its progress, the result and the report; and without script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.rescoring.asking import csv_of, own_data_dir
from tests.service.running import RunningService

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def service(trained_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    folder = tmp_path_factory.mktemp("rescoring")
    data_dir = own_data_dir(trained_data_dir, folder / "data")
    with RunningService(data_dir, f"sqlite:///{folder / 'tongban.db'}", folder / "log") as running:
        yield running


def _upload(page: Page, tmp_path: Path) -> None:
    (tmp_path / "一月.csv").write_bytes(csv_of())
    page.goto("/rescoring")
    page.get_by_label("文件", exact=True).set_input_files(tmp_path / "一月.csv")
    page.get_by_role("button", name="上传").click()


def test_a_file_goes_from_upload_to_report(page: Page, tmp_path: Path) -> None:
    page.get_by_role("link", name="重新研判").click()
    page.screenshot(path=tmp_path / "1-list.png", full_page=True)
    _upload(page, tmp_path)
    expect(page.get_by_label("警情描述", exact=True)).to_have_value("报警内容")
    expect(page.get_by_label("原预警颜色")).to_have_value("预警颜色")
    page.screenshot(path=tmp_path / "2-columns.png", full_page=True)
    page.get_by_role("button", name="开始研判").click()
    expect(page.get_by_role("button", name="取消")).to_be_visible()
    page.screenshot(path=tmp_path / "3-progress.png", full_page=True)
    # The script looks again and again: nobody reloads.
    expect(page.get_by_role("heading", name="完成")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("1 行升为红")).to_be_visible()
    expect(page.get_by_role("status").last).to_have_text("完成")
    page.screenshot(path=tmp_path / "4-done.png", full_page=True)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="下载结果").click()
    assert fetched.value.suggested_filename == "一月-重新研判.csv"
    assert "研判_预警颜色" in fetched.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("link", name="看变化报告").click()
    expect(page.get_by_role("heading", name="变化报告")).to_be_visible()
    page.screenshot(path=tmp_path / "5-report.png", full_page=True)


def test_it_fits_a_narrow_screen(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    _upload(page, tmp_path)
    expect(page.get_by_role("button", name="开始研判")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=tmp_path / "narrow.png", full_page=True)


def test_without_script_the_page_loads_itself_again(scriptless: Page, tmp_path: Path) -> None:
    _upload(scriptless, tmp_path)
    scriptless.get_by_role("button", name="开始研判").click()
    expect(scriptless.get_by_role("heading", name="完成")).to_be_visible(timeout=60_000)
