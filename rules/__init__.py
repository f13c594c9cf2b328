"""Rules as data: facts come in, a decision with its reasons goes out."""

from rules.analysis import analyse
from rules.bulk import ManyCases
from rules.decision import Decision, MatchedRule
from rules.difference import Change, differences, text_difference
from rules.explanation import FieldReason, field_reasons
from rules.facts import FactError, parse_fact
from rules.json_schema import json_schema
from rules.loading import load, load_texts
from rules.problem import CATALOGUE, Problem, Severity, render, render_all
from rules.ruleset import Reasoned, Ruleset
from rules.selftest import TestReport, TestResult, run_tests
from rules.trace import ConditionTrace, RuleTrace

__all__ = [
    "CATALOGUE",
    "Change",
    "ConditionTrace",
    "Decision",
    "FactError",
    "FieldReason",
    "ManyCases",
    "MatchedRule",
    "Problem",
    "Reasoned",
    "RuleTrace",
    "Ruleset",
    "Severity",
    "TestReport",
    "TestResult",
    "analyse",
    "differences",
    "field_reasons",
    "json_schema",
    "load",
    "load_texts",
    "parse_fact",
    "render",
    "render_all",
    "run_tests",
    "text_difference",
]
