"""Rules put back into the files they came from, with as little changed as can be."""

from dataclasses import replace

import pytest

from rules.rewriting import head_file_of, rewrite
from rules.rulebook import Rule, Rulebook
from rules.schema import read_rulebook
from tests.rules.building import HEAD, rule

FIRST, SECOND = rule("T-1"), rule("T-2", 优先级="50", 条件="{家暴: 是} # 只看家暴")
FILES = {
    "head.yaml": HEAD,
    "a.yaml": f"# 甲类\n\n# 凶器\n{FIRST}\n# 家暴，\n# 第二行\n{SECOND}\n",
    "b.yaml": rule("T-3", 优先级="10", 条件="{已化解: 否}"),
}


def read(files: dict[str, str]) -> Rulebook:
    rulebook, problems = read_rulebook(files)
    assert rulebook is not None, problems
    return rulebook


BEFORE = read(FILES)
HOMES = {one.id: one.place.file for one in BEFORE.rules}


def with_rule(changed: Rule) -> Rulebook:
    return replace(BEFORE, rules=tuple(changed if one.id == changed.id else one for one in BEFORE.rules))


def the(rule_id: str) -> Rule:
    return next(one for one in BEFORE.rules if one.id == rule_id)


def test_what_says_the_same_is_kept_to_the_letter() -> None:
    assert rewrite(FILES, BEFORE, BEFORE, HOMES) == FILES


def test_a_changed_rule_leaves_its_neighbours_and_the_comments_as_they_were() -> None:
    after = with_rule(replace(the("T-1"), reason="新的理由"))
    texts = rewrite(FILES, BEFORE, after, HOMES)
    assert {name for name in FILES if texts[name] != FILES[name]} == {"a.yaml"}
    assert texts["a.yaml"].startswith("# 甲类\n\n# 凶器\n- 编号: T-1\n")
    assert texts["a.yaml"].endswith(f"\n\n# 家暴，\n# 第二行\n{SECOND}")
    assert "新的理由" in texts["a.yaml"]
    assert read(texts).content_hash == after.content_hash


@pytest.mark.parametrize(
    ("homes", "files"),
    [
        (HOMES | {"T-3": "a.yaml"}, {"head.yaml", "a.yaml"}),
        (HOMES | {"T-3": "c.yaml"}, {"head.yaml", "a.yaml", "c.yaml"}),
        (HOMES | {"T-1": "b.yaml", "T-2": "b.yaml"}, {"head.yaml", "b.yaml"}),
    ],
)
def test_rules_move_between_files_without_changing(homes: dict[str, str], files: set[str]) -> None:
    texts = rewrite(FILES, BEFORE, BEFORE, homes)
    assert set(texts) == files
    assert {one.id: one.place.file for one in read(texts).rules} == homes
    assert read(texts).content_hash == BEFORE.content_hash


def test_new_rules_follow_in_the_order_given_and_removed_ones_are_gone() -> None:
    added = [replace(the("T-3"), id=rule_id, tests=()) for rule_id in ("N-1", "N-2")]
    after = replace(BEFORE, rules=(the("T-2"), the("T-3"), *added))
    text = rewrite(FILES, BEFORE, after, {"T-2": "a.yaml", "T-3": "b.yaml", "N-2": "b.yaml", "N-1": "b.yaml"})["b.yaml"]
    numbers = [line.removeprefix("- 编号: ") for line in text.splitlines() if "编号" in line]
    assert numbers == ["T-3", "N-2", "N-1"]


def test_rules_that_stand_beside_the_head_stay_there() -> None:
    indented = "".join(f"  {line}\n" for line in FIRST.splitlines())
    files = {"all.yaml": f"# 头\n{HEAD}规则:\n{indented}"}
    before = read(files)
    after = replace(before, rules=(replace(before.rules[0], priority=7),))
    texts = rewrite(files, before, after, {"T-1": "all.yaml"})
    assert list(texts) == ["all.yaml"]
    assert read(texts).content_hash == after.content_hash


def test_a_file_in_another_layout_is_laid_out_anew() -> None:
    files = FILES | {"a.yaml": f"[{{{', '.join(line.strip('- ') for line in FIRST.splitlines())}}}]"}
    before = read(files)
    homes = {one.id: one.place.file for one in before.rules}
    after = replace(before, rules=tuple(replace(one, reason="新的理由") for one in before.rules))
    assert read(rewrite(files, before, after, homes)).content_hash == after.content_hash


def test_the_head_is_found_by_what_it_holds() -> None:
    assert head_file_of(FILES) == "head.yaml"
