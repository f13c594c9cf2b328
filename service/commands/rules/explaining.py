"""tongban rules explain: one case of facts, or one text, and why the rules decide it as they do."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from rules import Ruleset
from service.commands import progress, read_settings
from service.commands.fact_option import FACTS
from service.commands.rules.explanation import lines
from service.commands.rules.opened import JSON, PATH, usable
from service.explanation import Explanation, as_dict, explain_text
from service.explanation import explain as explain_facts
from service.known_facts import known_facts
from service.startup import check_labels, open_model


@click.command(help="逐条说明规则为什么命中、为什么没有，以及每项决定出自哪条规则。给了 --text 才用到模型。")
@PATH
@FACTS
@click.option("--text", help="警情描述：事实由系统从里面判读，不足的用 --fact 补")
@JSON
def explain(path: Path | None, facts: tuple[str, ...], text: str | None, as_json: bool) -> int:
    """Print the decision for one case and the trace of every rule in force."""
    with usable(path) as ruleset:
        known = known_facts(ruleset.facts, facts)
        case = explain_facts(ruleset, known) if text is None else _read(text, known, ruleset)
        if as_json:
            click.echo(json.dumps(as_dict(case), ensure_ascii=False, indent=1))
        else:
            click.echo("\n".join(lines(case)))
    return 0


def _read(text: str, known: Mapping[str, Any], ruleset: Ruleset) -> Explanation:
    """The case that the model reads in the text."""
    model = open_model(read_settings(), progress.show)
    check_labels(model, ruleset)
    return explain_text(ruleset, text, known, model)
