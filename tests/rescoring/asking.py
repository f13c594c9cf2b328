"""A service whose data folder is its own, and incidents invented for the tests of re-scoring."""

import csv
import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings

LEAK = "报警人称楼上住户漏水，多次上门协商未果，双方发生争吵，未动手。"
KNIFE = "丈夫酒后持菜刀威胁妻子，扬言要砍死她。"
HEADINGS = ("接警编号", "报警时间", "报警内容", "预警颜色", "接收部门", "近90天重复次数")
ROWS = (
    ("1", "2026-01-03 08:10", LEAK, "蓝", "街道矛调中心", "0"),
    ("2", "2026-01-09 21:40", KNIFE, "蓝", "派出所", ""),
    ("3", "2026-02-01 10:00", "", "黄", "派出所", ""),
    ("4", "2026-02-02 11:00", "老板拖欠三个月工资，多名工人讨要无果。", "黄", "人社", "1"),
)


def csv_of(rows: Sequence[Sequence[str]] = ROWS, headings: Sequence[str] = HEADINGS) -> bytes:
    """A .csv as Excel writes it."""
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode("utf-8-sig")


def own_data_dir(trained: Path, folder: Path) -> Path:
    """A data folder with the trained model and nothing else."""
    folder.mkdir(exist_ok=True)
    for name in ("model.tongban", "model.key"):
        (folder / name).symlink_to(trained / name)
    return folder


@contextmanager
def serving(data_dir: Path, **settings: Any) -> Iterator[TestClient]:
    """The service in this process, with its thread that takes up jobs."""
    app = create_app(Settings(data_dir=data_dir, **settings))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def ended(client: httpx.Client, identity: str) -> dict[str, Any]:
    """The job once it has ended."""
    deadline = time.monotonic() + 60
    while True:
        shown: dict[str, Any] = client.get(f"/api/v1/rescoring/{identity}").json()
        if shown["ended_at"]:
            return shown
        assert time.monotonic() < deadline, shown
        time.sleep(0.1)
