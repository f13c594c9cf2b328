"""What a page with the rule editor needs: its script, if it was built, and leave for the styles that script makes."""

import secrets
from dataclasses import dataclass
from importlib.resources import files

from service.web.guards import policy


@dataclass(frozen=True, slots=True)
class RuleEditor:
    """For one answer: `style_nonce` goes into its <meta name="style-nonce">, `headers` onto it."""

    style_nonce: str
    built: bool
    """Whether /static/built/editor.js is there. Without it the page's text areas serve."""

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Security-Policy": policy(self.style_nonce)}


def rule_editor() -> RuleEditor:
    """A new nonce each time: one that comes twice protects nothing."""
    built = files("service") / "web" / "static" / "built" / "editor.js"
    return RuleEditor(secrets.token_urlsafe(16), built.is_file())
