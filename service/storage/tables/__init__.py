"""The tables as they stand at the newest migration, by subject. Times are UTC, ISO 8601 text with a fixed width."""

# Every subject is read with the first of them: foreign keys go across.
from service.storage.tables import (
    accounts,
    audit,
    cases,
    incidents,
    jobs,
    linking,
    messages,
    retention,
    rulesets,
    suggestions,
    tallies,
    units,
)
from service.storage.tables.metadata import metadata

# Triggers hold these: nothing in them is changed or deleted, but in the transaction that erases.
APPEND_ONLY = (
    "ruleset_version",
    "suggestion",
    "choice",
    "audit_entry",
    "publication",
    "rescored",
    "incident",
    "party",
    "case_event",
    "attachment",
    "link_choice",
)

__all__ = [
    "APPEND_ONLY",
    "accounts",
    "audit",
    "cases",
    "incidents",
    "jobs",
    "linking",
    "messages",
    "metadata",
    "retention",
    "rulesets",
    "suggestions",
    "tallies",
    "units",
]
