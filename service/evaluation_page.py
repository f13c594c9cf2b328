"""An evaluation report → one HTML page that needs nothing else: tables, and charts drawn as SVG."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

_SIZE, _MARGIN = 220, 28
_MOST_ERRORS = 200


def page(report: Mapping[str, Any], title: str) -> str:
    """The whole page. `report` is what `classifier.evaluation` gives."""
    folder = files("service") / "web" / "templates"
    environment = Environment(loader=FileSystemLoader(str(folder)), autoescape=select_autoescape(), trim_blocks=True)
    environment.filters["share"] = lambda value: "—" if value is None else f"{value:.3f}"
    environment.globals.update(x=_x, y=_y, line=_line, size=_SIZE + _MARGIN + 8, margin=_MARGIN, most=_MOST_ERRORS)
    return environment.get_template("evaluation.html").render(report=report, title=title, style=_style())


def _style() -> str:
    return (files("service") / "web" / "static" / "evaluation.css").read_text(encoding="utf-8")


def _x(share: float) -> float:
    return round(_MARGIN + share * _SIZE, 1)


def _y(share: float) -> float:
    return round(4 + (1 - share) * _SIZE, 1)


def _line(points: Sequence[tuple[float, float]]) -> str:
    """The `points` attribute of a polyline; of very many points every so-many-th, and the last."""
    step = max(1, len(points) // 120)
    kept = [*points[::step], points[-1]] if points else []
    return " ".join(f"{_x(across)},{_y(up)}" for across, up in kept)
