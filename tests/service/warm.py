"""`tongban` with every command imported. A line of its input is a command, which a fork of it runs as if just begun.

What goes out is a line with the exit status. For tests of what a command does: importing it takes longer than that.
"""

import gc
import json
import os
import signal
import sys
from typing import Any

import click

from service.cli import main, tongban

_LONGEST = 600  # seconds


def _serve() -> None:
    with click.Context(tongban) as context:
        for name in tongban.list_commands(context):
            tongban.get_command(context, name)
    gc.freeze()
    while line := sys.stdin.readline():
        if not (child := os.fork()):
            return _become(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return None


def _become(told: dict[str, Any]) -> None:
    """Never returns to the loop: it ends as any process that ran `main` does."""
    signal.alarm(_LONGEST)
    os.chdir(told["folder"])
    os.environ.clear()
    os.environ.update(told["environment"])
    for number, file in enumerate(told["files"]):
        os.dup2(os.open(file, os.O_RDONLY if number == 0 else os.O_WRONLY), number)
    main(told["arguments"])


if __name__ == "__main__":
    _serve()
