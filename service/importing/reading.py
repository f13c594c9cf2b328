"""A row of a table comes in; an incident to take goes out, or why it can't be taken."""

import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from service import clock
from service.errors import InputError
from service.importing import fields as f
from service.importing.fields import Columns
from service.importing.model import Old, Refused
from service.importing.moments import moment_of
from service.incidents.model import Party, PartyRole, Registration, checked
from service.suggestion import check_text

# Any fixed one: the ids of rows are made under it.
_ROWS = uuid.UUID("5f0c3d0e-9c4b-4d9a-8f61-6a2f0d9b7e11")
_NOTHING = frozenset({"-", "--", "—", "——", "/", "\\", "无", "不详", "未知", "空", "NULL", "null", "None", "N/A"})
# A long number that Excel kept as one: its last digits are gone, and many become the same.
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_ROUNDED_REASON = "成了科学计数，末几位已经丢失；请在 Excel 里把这一列设为文本，从原系统重新导出"
_NUMBERS = (f.NUMBER, f.LINKED, *(who + what for who in f.PEOPLE for what in (f.PHONE, f.ID_NUMBER)))
_SEVERAL = re.compile(r"[、，,;；/\n]+")
_YES, _NO = frozenset({"是", "1", "true", "y", "yes", "保密"}), frozenset({"", "否", "0", "false", "n", "no", "不保密"})
_LONGEST_RESULT = 2_000


@dataclass(frozen=True, slots=True)
class _WrongError(Exception):
    """A cell that can't be used."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one table for one unit. What happened after `now` is refused."""

    columns: Columns
    unit_id: str
    now: datetime

    def read(self, row: int, cells: Mapping[str, str | None], fault: str | None = None) -> Old | Refused:
        """The row of this number; `fault` is why the table itself could not be read there."""
        if fault is not None:
            return Refused(row, "", "", fault)
        said = {field: (cells.get(column) or "").strip() for field, column in self.columns.items()}
        try:
            return self._old(row, said)
        except _WrongError as wrong:
            column = self.columns.get(wrong.field, "")
            return Refused(row, column, said.get(wrong.field, ""), wrong.reason)

    def _old(self, row: int, said: Mapping[str, str]) -> Old:
        text = said[f.TEXT].replace("\r\n", "\n").replace("\r", "\n")
        try:
            check_text(text)
        except InputError as error:
            raise _WrongError(f.TEXT, error.message) from error
        happened_at = self._moment(said.get(f.TIME, ""))
        _check_result(said.get(f.RESULT, ""))
        plain = {field: "" if value in _NOTHING else value for field, value in said.items()}
        for field in _NUMBERS:
            if _ROUNDED.fullmatch(plain.get(field, "")):
                raise _WrongError(field, _ROUNDED_REASON)
        known = replace(self._registration(plain), happened_at=happened_at)
        return Old(row, self._identity(text, known), text, known, plain.get(f.RESULT, ""))

    def _registration(self, said: Mapping[str, str]) -> Registration:
        whole = _written(said)
        try:
            return checked(whole, self.now)
        except InputError as error:
            # Which of them it was is found out only now: nearly every row is right.
            for field, value in said.items():
                try:
                    checked(_written({field: value}), self.now)
                except InputError as one:
                    raise _WrongError(field, one.message) from one
            raise _WrongError("", error.message) from error

    def _identity(self, text: str, known: Registration) -> str:
        """By the alarm number within the unit, since others count their own; without one by all that was said."""
        if known.alarm_number:
            parts = ["警号", self.unit_id, known.alarm_number]
        else:
            people = [f"{one.name} {one.phone} {one.id_number}" for one in known.parties]
            parts = ["内容", known.happened_at, known.place, text, *people]
        return str(uuid.uuid5(_ROWS, "\0".join(parts).encode("utf-8", "replace").decode()))

    def _moment(self, written: str) -> str:
        if not written or written in _NOTHING:
            raise _WrongError(f.TIME, "没有报警时间")
        try:
            moment = moment_of(written)
        except ValueError as error:
            raise _WrongError(f.TIME, str(error)) from error
        if moment > self.now:
            raise _WrongError(f.TIME, "报警时间在将来")
        return clock.stamp(moment)


def _written(said: Mapping[str, str]) -> Registration:
    """What the cells say besides text and time, not yet checked."""
    parties = (party for who, role in f.PEOPLE.items() for party in _several(role, _about(who, said)))
    return Registration(
        alarm_number=said.get(f.NUMBER, ""),
        linked_alarm=said.get(f.LINKED, ""),
        place=said.get(f.PLACE, ""),
        parties=tuple(party for party in parties if party != Party(party.role)),
        confidential=_confidential(said.get(f.CONFIDENTIAL, "")),
    )


def _about(who: str, said: Mapping[str, str]) -> dict[str, str]:
    return {what: said.get(who + what, "") for what in f.ABOUT}


def _several(role: PartyRole, values: Mapping[str, str]) -> list[Party]:
    """Who stands in the cells: 张三、李四 are two. What can't be told whose it is stands by itself."""
    apart = {what: [one.strip() for one in _SEVERAL.split(values[what]) if one.strip()] for what in f.ABOUT[:3]}
    names = apart[f.NAME]
    if len(names) < 2:
        return [Party(role, values[f.NAME], values[f.PHONE], values[f.ID_NUMBER], values[f.ADDRESS])]
    phones, numbers = (apart[what] if len(apart[what]) == len(names) else [] for what in (f.PHONE, f.ID_NUMBER))
    people = [
        Party(role, name, phones[place] if phones else "", numbers[place] if numbers else "")
        for place, name in enumerate(names)
    ]
    phone, number = "" if phones else values[f.PHONE], "" if numbers else values[f.ID_NUMBER]
    return [*people, Party(role, "", phone, number, values[f.ADDRESS])]


def _confidential(written: str) -> bool:
    word = written.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise _WrongError(f.CONFIDENTIAL, "应写 是 或 否")


def _check_result(written: str) -> None:
    if len(written) > _LONGEST_RESULT:
        raise _WrongError(f.RESULT, f"处警结果太长，最多 {_LONGEST_RESULT} 字")
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\r\n\t" for char in written):
        raise _WrongError(f.RESULT, "处警结果里有无法识别的字符")
