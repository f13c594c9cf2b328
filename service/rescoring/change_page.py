"""The changes of a re-scoring → one HTML page that needs nothing else, without script."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import islice

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rules import Ruleset
from service import clock
from service.rescoring import change_words as words
from service.rescoring.change import Changes
from service.rescoring.change_chart import MOST_MONTHS, chart
from service.rescoring.change_tables import colour_names, matrix, months, most_changed
from service.rescoring.earlier import OTHER, UNSAID

MOST_LISTED = 500
_MOST_DEPARTMENTS = 24
_MOST_KINDS = 100


def page(changes: Changes, ruleset: Ruleset, facts: Mapping[str, str], title: str) -> Iterator[str]:
    """The page, in pieces to be written one after the other."""
    folder = files("service") / "web" / "templates"
    environment = Environment(
        loader=FileSystemLoader(str(folder)), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["arrow"] = words.arrow
    environment.filters["share"] = lambda count, of: f"{count / of:.1%}" if of else "—"
    rules = {rule.id: rule for rule in ruleset.rules}
    red = changes.heaviest
    yield from environment.get_template("rescoring_change.html").generate(
        title=title,
        style=_style(),
        written=clock.now().strftime("%Y-%m-%d %H:%M"),
        c=changes,
        red=red,
        beware=list(words.beware(changes)),
        made_by=list(words.made_by(changes)),
        facts_used=words.facts_used(facts),
        matrices=[
            ("预警颜色", matrix(changes.colour_matrix, colour_names(changes))),
            ("接收部门", matrix(changes.department_matrix, ruleset.departments, _MOST_DEPARTMENTS)),
        ],
        chart=chart(changes),
        most_months=MOST_MONTHS,
        tables=[
            ("纠纷类型（现在判的）", most_changed(changes.by_type), _MOST_KINDS),
            ("单位", most_changed(changes.by_unit), _MOST_KINDS),
            ("月份", months(changes), None),
        ],
        moved=[(f"升为{red}", changes.rose, False), (f"离开{red}", changes.left, True)],
        listed=lambda rows: islice(rows, MOST_LISTED),
        most_listed=MOST_LISTED,
        no_colour=(OTHER, UNSAID),
        matched=lambda one: words.matched(one, rules),
        for_lower=lambda one: list(words.for_lower(one, ruleset, rules)),
    )


def _style() -> str:
    folder = files("service") / "web" / "static"
    return "".join((folder / name).read_text(encoding="utf-8") for name in ("evaluation.css", "rescoring_change.css"))
