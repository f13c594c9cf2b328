"""Why a rule set can't be published, for people and for programs; the status is 1."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from rules import Problem
from service.commands.rules.checking import print_problems
from service.errors import TongbanError
from service.rulesets import shown
from service.rulesets.actions import FaultyDraftError

FAULTY = 1


def faults(problems: Sequence[Problem], as_json: bool) -> int:
    """The writing is wrong; nothing was tried yet."""
    if as_json:
        print_json({"ok": False, "problems": list(map(shown.problem, problems))})
    else:
        print_problems(problems)
    return FAULTY


def refuse(error: TongbanError, problems: Sequence[Problem], as_json: bool) -> int:
    """The trial, the fit to the model, or the state of things speaks against it."""
    trial = error.trial if isinstance(error, FaultyDraftError) else None
    found = trial.problems if trial and not trial.failure else problems
    if as_json:
        said = {"ok": False, "message": error.message, "problems": list(map(shown.problem, found))}
        print_json(said | ({"trial": shown.trial(trial)} if trial else {}))
        return FAULTY
    print_problems(found)
    for one in trial.disagreements if trial else ():
        click.echo(one)
    click.echo(f"错误：{error.message}", err=True)
    return FAULTY


def print_json(said: Mapping[str, Any]) -> None:
    """One JSON object."""
    click.echo(json.dumps(said, ensure_ascii=False, indent=1))
