"""A whole number as typed at the terminal, within bounds; a wrong one is told of in Chinese."""

from collections.abc import Callable

import click


def whole(low: int, high: int) -> Callable[[str], int]:
    """A type for options and arguments: from `low` to `high`, both included."""

    def convert(typed: str) -> int:
        number = int(typed) if typed.isdecimal() and len(typed) <= len(str(high)) else None
        if number is None or not low <= number <= high:
            raise click.BadParameter(f"应是 {low} 到 {high} 的整数，实际是“{typed}”")
        return number

    return convert
