"""tongban suggest: texts from the command line or standard input, one answer each, in the order given."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import click

from service import clock
from service.commands import progress, read_settings
from service.commands.fact_option import FACTS
from service.errors import InputError, TongbanError
from service.intake.actions import MOST_AT_ONCE, Intake, Refusal
from service.known_facts import known_facts
from service.startup import open_intake
from service.suggestion import as_dict, sent_to

_NOT_READ = 1


@click.command(help="研判：每个 TEXT 一条；不给 TEXT 就从标准输入读，一行一条。默认不存档。")
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="每条输出一行 JSON")
@click.option("--store", is_flag=True, help="同时存进数据库")
@FACTS
def suggest(text: tuple[str, ...], as_json: bool, store: bool, facts: tuple[str, ...]) -> int:
    """Print a suggestion a text. Exit status 1 if some text could not be read; the others are answered."""
    if not text and sys.stdin is not None and sys.stdin.isatty():
        raise InputError("请给出警情描述，例如：tongban suggest 楼上漏水，多次协商未果")
    desk = open_intake(read_settings(), clock.now().date(), progress.show, upgrade=store)
    status = 0
    try:
        known = known_facts(desk.ruleset.facts, facts)
        for result in _results(desk, iter(text) if text else _lines(), known, store):
            status = status or (_NOT_READ if "error" in result else 0)
            click.echo(json.dumps(result, ensure_ascii=False) if as_json else _text(result))
    finally:
        desk.ruleset.close()
        desk.database.close()
    return status


def _lines() -> Iterator[str | Refusal]:
    """The lines of standard input, whatever the locale says; one that is not UTF-8 is refused in its place."""
    if sys.stdin is None:
        raise InputError("没有标准输入可读")
    for raw in sys.stdin.buffer:
        line = raw.rstrip(b"\r\n")
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            yield Refusal(line.decode("utf-8", "replace"), "这一行不是 UTF-8 编码的文字")
        else:
            if text.strip():
                yield text


def _results(
    desk: Intake, texts: Iterator[str | Refusal], known: Mapping[str, object], store: bool
) -> Iterator[dict[str, Any]]:
    while batch := list(islice(texts, MOST_AT_ONCE if store else 1)):
        good = [(text, known) for text in batch if isinstance(text, str)]
        answers = iter(_answers(desk, good, store))
        for item in batch:
            yield item.shown if isinstance(item, Refusal) else next(answers)


def _answers(desk: Intake, items: Sequence[tuple[str, Mapping[str, object]]], store: bool) -> list[dict[str, Any]]:
    if not items:
        return []
    if store:
        return [one.shown for one in desk.suggest_many(items, "命令行")]
    return [_read(desk, text, known) for text, known in items]


def _read(desk: Intake, text: str, known: Mapping[str, object]) -> dict[str, Any]:
    try:
        return as_dict(desk.read(text, known))
    except TongbanError as error:
        return Refusal(text, error.message).shown


def _text(result: Mapping[str, Any]) -> str:
    if "error" in result:
        return f"✗ {result['text'][:40]}\n  {result['error']['message']}\n"
    kinds = "，".join(f"{k['name']} {k['probability']:.0%}" for k in result["dispute_types"][:3])
    signals = "，".join(
        f"{s['name']}{'' if s['status'] == '成立' else '（' + s['status'] + '）'}“{s['evidence']}”"
        for s in result["signals"]
    )
    lines = [
        f"【{result['colour']}】{result['text'][:60]}",
        f"  {sent_to(result['department'])}；协办 {'、'.join(result['co_departments']) or '无'}",
        f"  类型 {kinds}",
        f"  再发风险 {result['risk']['level']}（{result['risk']['score']:.2f}）",
        f"  信号 {signals or '无'}",
        *(f"  理由 {rule['title']}（{rule['id']}）：{rule['reason']}" for rule in result["matched_rules"]),
        *(f"  提示 {line}" for line in result["advice"]),
    ]
    if result["degraded"]:
        lines.append(f"  降级 {result['degraded_reason']}")
    if "id" in result:
        lines.append(f"  已存档 {result['id']}")
    return "\n".join(lines) + "\n"
