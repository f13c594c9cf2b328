"""What a form's field holds comes in as words; a value goes out."""

from datetime import date

from service.errors import InputError


def day_of(typed: str, what: str) -> date:
    """A day; raises InputError that names the field."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise InputError(f"{what}要写成 2026-12-31 这样的日期") from error
