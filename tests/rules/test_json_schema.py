"""The schema for editors: right rule files pass, the obvious slips are underlined."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from rules import Ruleset
from rules.document import ListNode, MapNode, Node, TextNode, read_document
from rules.json_schema import json_schema
from rules.schema import read_rulebook
from rules.schema_rule import OPTIONAL, REQUIRED

LIBRARY = sorted((file for file in (files("rules") / "library").iterdir()), key=lambda file: file.name)
BROKEN = Path(__file__).parent / "broken"
SMALL_HEAD = (BROKEN / "ruleset.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def validator(ruleset: Ruleset) -> Draft202012Validator:
    schema = json_schema(ruleset.rulebook)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(json.loads(json.dumps(schema)))


@pytest.fixture(scope="module")
def small() -> Draft202012Validator:
    rulebook, problems = read_rulebook({"ruleset.yaml": SMALL_HEAD})
    assert rulebook is not None, problems
    return Draft202012Validator(json_schema(rulebook))


def as_texts(text: str) -> Any:
    """Every scalar as text, as the rules read it."""
    root, problems = read_document("f", text)
    assert root is not None, problems
    return _plain(root)


def _plain(node: Node) -> Any:
    match node:
        case TextNode(text=text):
            return text
        case ListNode(items=items):
            return [_plain(item) for item in items]
        case MapNode(entries=entries):
            return {key.text: _plain(value) for key, value in entries}


class _Core(yaml.SafeLoader):
    """YAML as editors read it: 1.2, where only true and false are booleans, and a day is text."""


_Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.split(":")[-1] in ("int", "float", "null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_editor(text: str) -> Any:
    return yaml.load(text, Loader=_Core)  # noqa: S506 - a SafeLoader with fewer types


@pytest.mark.parametrize("read", [as_texts, as_editor])
@pytest.mark.parametrize("file", LIBRARY, ids=lambda file: file.name)
def test_every_shipped_file_is_valid(file: Any, read: Any, validator: Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(read(file.read_text(encoding="utf-8")))] == []


REFUSED = [
    "keys/misspelt_key", "keys/unknown_key", "keys/owner_missing", "keys/tests_missing", "keys/key_in_english",
    "values/misspelt_status", "values/misspelt_dispute_type", "values/unknown_department", "values/unknown_colour",
    "values/yes_for_是", "values/one_for_是", "values/priority_in_words", "values/count_with_its_unit",
    "values/risk_as_a_percentage", "dates/with_slashes", "conditions/misspelt_fact",
    "conditions/misspelt_fact_deep_inside", "conditions/misspelt_comparison", "conditions/list_in_place_of_属于",
    "conditions/属于_of_one_value", "conditions/range_of_one_number", "conditions/text_compared_directly",
    "conditions/任一_without_a_list", "conditions/condition_of_nothing", "conclusions/misspelt_decision",
    "conclusions/two_receivers", "conclusions/floor_without_a_colour", "tests/misspelt_fact", "tests/misspelt_match",
    "tests/expectation_missing", "head/misspelt_key", "head/unknown_type", "head/default_missing", "head/one_bound",
    "head/unknown_hit_policy", "syntax/rule_without_a_dash",
]  # fmt: skip


@pytest.mark.parametrize("read", [as_texts, as_editor])
@pytest.mark.parametrize("name", REFUSED)
def test_the_obvious_slips_are_refused(name: str, read: Any, small: Draft202012Validator) -> None:
    assert not small.is_valid(read((BROKEN / f"{name}.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("hour", "valid"), [(23, True), ("23", True), (24, False), ("晚上", False), (2.5, False)])
def test_a_number_may_be_a_number_or_text(hour: object, valid: bool, small: Draft202012Validator) -> None:
    [rule] = as_texts((BROKEN / "keys" / "number_used_twice.yaml").read_text(encoding="utf-8"))[:1]
    rule["条件"] = {"时刻": {"至少": hour}}
    assert small.is_valid([rule]) == valid


def test_every_key_of_a_rule_is_described(validator: Draft202012Validator) -> None:
    rule = validator.schema["$defs"]["规则"]
    assert set(rule["properties"]) == {*REQUIRED, *OPTIONAL}
    assert all("description" in key or "$ref" in key for key in rule["properties"].values())
