"""One file a command; each turns words of a terminal into a call and its answer into lines."""

import getpass

from pydantic import ValidationError

from service.accounts.model import Actor, terminal
from service.chinese import say
from service.errors import SetupError
from service.settings import Settings


def read_settings(**overrides: object) -> Settings:
    """Settings from the environment; raises SetupError with every fault in Chinese."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = [f"TONGBAN_{'_'.join(map(str, fault['loc'])).upper()}：{say(fault)}" for fault in error.errors()]
        raise SetupError("设置有误：" + "；".join(faults)) from error


def at_terminal() -> Actor:
    """Whoever runs this command, by the name that the machine knows."""
    try:
        return terminal(getpass.getuser())
    except (OSError, KeyError):  # a process without a name, as in a container
        return terminal("")
