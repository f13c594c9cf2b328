"""Random facts for the shipped rule set, whatever it declares."""

from datetime import date
from random import Random
from typing import Any

from rules import Ruleset
from rules.vocabulary import Choice, Fraction, Whole, YesNo

TODAY = date(2026, 3, 2)


def shipped_facts(random: Random, ruleset: Ruleset) -> dict[str, Any]:
    """Facts that a rule set of the shipped kind takes."""
    facts: dict[str, Any] = {}
    for name, fact in ruleset.facts.items():
        match fact:
            case Choice(values=values):
                facts[name] = random.choice(values)
            case YesNo():
                facts[name] = random.random() < 0.15
            case Whole(low=low, high=high):
                facts[name] = random.randint(low, min(high, low + 24))
            case Fraction(low=low, high=high):
                facts[name] = round(random.uniform(low, high), 4)
            case _:
                facts[name] = random.choice(["", "拖欠工资", "噪音扰民", "家中漏水"])
    return facts
