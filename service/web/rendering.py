"""Pages out of templates: a name and values come in, HTML with header, menu and notices goes out."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from service import __version__, clock, health
from service.accounts.model import roles_words
from service.suggestion import sent_to

_TEMPLATES = Jinja2Templates(directory=str(files("service") / "web" / "templates"))
_TEMPLATES.env.filters |= {"local": clock.local, "roles": roles_words, "from_json": json.loads, "sent_to": sent_to}
_TEMPLATES.env.globals["version"] = __version__


def render(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A template with these values; it also knows who is signed in, if anybody, and how the service is.

    `counted` is how much waits by page, where that was counted for the page itself.
    """
    everything = {
        "health": health.report(request.app.state),
        "actor": getattr(request.state, "actor", None),
        # Asked for only where there is a menu.
        "waiting": lambda: _waiting(request, context.get("counted")),
        "demonstration": getattr(request.app.state, "demonstration", False),
        **context,
    }
    return _TEMPLATES.TemplateResponse(request, template, everything, status_code=status)


def problem(request: Request, status: int, message: str) -> Response:
    """An error as a page."""
    # Nothing is counted: it may be the database that fails.
    return render(request, "problem.html", status, error=message, waiting=dict)


def _waiting(request: Request, counted: Mapping[str, int] | None) -> dict[str, int]:
    """How much waits for who is signed in, by the page where it is seen."""
    actor = getattr(request.state, "actor", None)
    if not actor or not actor.signed_in:
        return {}
    state = request.app.state
    cases = state.overview.waiting(actor) if counted is None else counted
    return {**cases, "/inbox": state.inbox.unread(actor)}
