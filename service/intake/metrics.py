"""What a dashboard counts of intake: suggestions by colour, and what people made of them."""

from prometheus_client import Counter

from service.intake.model import Choice, KeptSuggestion, Origin

_SUGGESTIONS = Counter("tongban_suggestions", "存档的建议", ["origin", "colour", "abstained", "degraded"])
_CHOICES = Counter("tongban_choices", "人的选择", ["accepted"])


def count_suggestion(kept: KeptSuggestion, origin: Origin) -> None:
    """One suggestion was kept."""
    shown = kept.shown
    _SUGGESTIONS.labels(origin, shown["colour"], _yes_no(shown["abstained"]), _yes_no(shown["degraded"])).inc()


def count_choice(choice: Choice) -> None:
    """One choice was kept."""
    _CHOICES.labels(_yes_no(choice.accepted)).inc()


def _yes_no(value: bool) -> str:
    return "是" if value else "否"
