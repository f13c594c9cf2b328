"""A page with the rule editor on a loopback server: the service's headers and files, the town's rules, real checks."""

import dataclasses
import html
import json
import threading
import time
from importlib.resources import files
from typing import Self
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from rules.schema import read_rulebook
from service.web.guards import SafeHeaders
from service.web.rule_editor import rule_editor
from tests.rulesets.town import FILES
from tests.service.running import free_port

WORDS = {
    "keys": [
        {"name": name, "说明": "必填"}
        for name in ("编号", "名称", "责任人", "依据", "状态", "优先级", "条件", "结论", "理由", "测试")
    ],
    "facts": {
        "纠纷类型": {"kind": "取值", "values": ["邻里", "劳动欠薪", "非纠纷"], "operators": ["属于", "不属于"]},
        "凶器": {"kind": "是否", "values": ["是", "否"], "operators": []},
        "近90天重复次数": {"kind": "整数", "range": [0, 9999], "operators": ["至少", "至多", "介于"]},
        "描述": {"kind": "文本", "operators": ["含任一", "含全部", "均不含"]},
    },
    "decisions": {
        "接收部门": ["街道矛调中心", "村(社区)", "派出所", "人社"],
        "协办部门": ["街道矛调中心", "村(社区)", "派出所", "人社"],
        "预警颜色": ["红", "黄", "蓝"],
        "提示": [],
    },
    "statuses": ["启用", "试行", "停用"],
}

_AREA = (
    '<label>{name}<textarea name="file:{name}" data-file="{name}" aria-label="{name}" spellcheck="false">\n'
    "{text}</textarea></label>"
)
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>规则草稿</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="style-nonce" content="{nonce}">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/style.css"><link rel="stylesheet" href="/static/draft.css">
<script src="/static/draft.js" defer></script>{script}</head>
<body><main id="main"><form class="card" method="post" action="/">
<div data-rule-editor data-check="/api/v1/rules/check" data-words="/api/v1/rules/words">
<label for="files">文件</label><select id="files" data-files hidden>{options}</select>
{areas}
</div><p class="actions"><button class="primary">保存</button></p></form></main></body></html>"""


async def _page(request: Request) -> Response:
    """`?plain` leaves the bundle out, as where it could not be built."""
    editor = rule_editor()
    page = _PAGE.format(
        nonce=editor.style_nonce,
        script="" if "plain" in request.query_params else '<script src="/static/built/editor.js" defer></script>',
        options="".join(f"<option>{name}</option>" for name in FILES),
        areas="".join(_AREA.format(name=name, text=html.escape(text)) for name, text in FILES.items()),
    )
    return HTMLResponse(page, headers=editor.headers)


async def _saved(request: Request) -> Response:
    """What the form sends, as it came."""
    return JSONResponse({name: values[0] for name, values in parse_qs((await request.body()).decode()).items()})


async def _check(request: Request) -> Response:
    texts = json.loads(await request.body())["files"]
    rulebook, problems = read_rulebook(texts)
    answer = {"ok": rulebook is not None, "problems": [dataclasses.asdict(problem) for problem in problems]}
    return JSONResponse(answer)


async def _words(_request: Request) -> Response:
    return JSONResponse(WORDS)


_APP = Starlette(
    routes=[
        Route("/", _page),
        Route("/", _saved, methods=["POST"]),
        Route("/api/v1/rules/check", _check, methods=["POST"]),
        Route("/api/v1/rules/words", _words),
        Mount("/static", StaticFiles(directory=str(files("service") / "web" / "static"))),
    ],
    middleware=[Middleware(SafeHeaders)],
)


class EditorPage:
    """Served from a thread of this process while it is entered."""

    def __enter__(self) -> Self:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._server = uvicorn.Server(uvicorn.Config(_APP, port=port, log_level="warning", ws="none", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline, "the editor's page did not come up"
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)
