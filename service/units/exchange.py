"""A table of units comes in and is taken whole or refused whole; the units as a table go out."""

from dataclasses import dataclass
from typing import Literal

from service.accounts.model import Actor, Role
from service.units import store
from service.units.actions import Units, record_added, record_changed
from service.units.table import csv_of, planned, read_sheet, workbook_of

FileKind = Literal["xlsx", "csv"]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many units a table added and changed."""

    added: int
    changed: int

    @property
    def said(self) -> str:
        """In words."""
        return (
            f"新建 {self.added} 个单位，修改 {self.changed} 个"
            if self.added or self.changed
            else "与现在的单位没有差别"
        )


def take_table(units: Units, actor: Actor, name: str, content: bytes) -> Taken:
    """Add and change units as a file says, .xlsx or .csv by its name; all of it or nothing. Takes no unit away.

    Raises ForbiddenError unless a 管理员 asks, and InputError that names the cell of every mistake.
    """
    actor.require(Role.ADMIN)
    sheet, known = read_sheet(name, content), units.known_departments()
    with units.database.write() as connection:
        store.lock(connection)
        plan = planned(sheet, store.all_units(connection), known)
        store.add_units(connection, plan.added)
        for _, after in plan.changed:
            store.change_unit(connection, after)
        for new in plan.added:
            record_added(connection, actor, new, plan.tree)
        for before, after in plan.changed:
            record_changed(connection, actor, before, after, plan.tree)
    return Taken(len(plan.added), len(plan.changed))


def written(units: Units, actor: Actor, kind: FileKind) -> bytes:
    """The units in use as a file that `take_table` takes."""
    tree = units.tree(actor)
    return workbook_of(tree) if kind == "xlsx" else csv_of(tree)
