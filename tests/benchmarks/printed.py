"""Figures of a benchmark come in, a table that can stand in a document goes out on standard output."""

from collections.abc import Sequence


def number(value: float | None, digits: int = 0) -> str:
    """With so many digits after the point; a dash where there is nothing to tell."""
    return "—" if value is None else f"{value:,.{digits}f}"


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print it as Markdown."""
    for row in (headings, ["---:"] * len(headings), *rows):
        print(f"| {' | '.join(row)} |")
