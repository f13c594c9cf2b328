"""Where rule sets come from, and what tells two of them apart."""

import zipfile
from pathlib import Path

import pytest

from rules import load, load_texts
from tests.rules.building import HEAD, TODAY, rule, ruleset_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ruleset.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(rule("A-1"), encoding="utf-8")
    (tmp_path / "b.yml").write_text(rule("B-1", 优先级="200"), encoding="utf-8")
    (tmp_path / "readme.md").write_text("不是规则", encoding="utf-8")
    return tmp_path


def test_a_folder_is_loaded_with_all_its_yaml_files(folder: Path) -> None:
    ruleset, problems = load(folder, today=TODAY)
    assert problems == []
    assert ruleset is not None
    assert [one.id for one in ruleset.rules] == ["B-1", "A-1"]
    assert dict(ruleset.files) == {"ruleset.yaml": HEAD, "a.yaml": rule("A-1"), "b.yml": rule("B-1", 优先级="200")}


def test_single_files_and_names_are_loaded_too(folder: Path) -> None:
    ruleset, _ = load([folder / "ruleset.yaml", str(folder / "a.yaml")], today=TODAY)
    assert ruleset is not None
    assert [one.id for one in ruleset.rules] == ["A-1"]
    alone, _ = load(str(folder / "ruleset.yaml"), today=TODAY)
    assert alone is not None
    assert alone.decide({}).department == "街道矛调中心"


def test_a_folder_inside_an_archive_is_loaded(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "rules.zip", "w") as archive:
        for file in folder.glob("*.y*ml"):
            archive.write(file, f"library/{file.name}")
    with zipfile.ZipFile(tmp_path / "rules.zip") as archive:
        ruleset, problems = load(zipfile.Path(archive, "library/"), today=TODAY)
    assert problems == []
    assert ruleset is not None


@pytest.mark.parametrize("name", ["没有这个文件夹", "空"])
def test_what_can_not_be_read_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "空").mkdir()
    ruleset, [problem] = load(tmp_path / name, today=TODAY)
    assert ruleset is None
    assert problem.code == "R012"
    assert problem.file == str(tmp_path / name)


def test_files_of_the_same_name_in_two_folders_are_both_read(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.yaml").write_text(rule("A-2", 优先级="9"), encoding="utf-8")
    ruleset, problems = load([folder, other], today=TODAY)
    assert problems == []
    assert ruleset is not None
    assert "A-2" in [one.id for one in ruleset.rules]


def test_a_reminder_does_not_prevent_loading() -> None:
    ruleset, [problem] = load_texts({"ruleset.yaml": "\ufeff" + HEAD, "a.yaml": rule()}, today=TODAY)
    assert ruleset is not None
    assert problem.code == "R013"


def test_the_content_hash_is_of_what_is_said() -> None:
    first, second = rule("A-1"), rule("B-1", 优先级="200")
    same = [
        {"ruleset.yaml": HEAD, "a.yaml": first, "b.yaml": second},
        {"z.yaml": HEAD, "b.yaml": first, "a.yaml": second},
        {"ruleset.yaml": HEAD + "规则:\n" + second + first},
        {"ruleset.yaml": "# 注释\n" + HEAD, "a.yaml": first.replace("{凶器: 是}", "{ '凶器' : 是 }") + second},
    ]
    loaded = [load_texts(texts, today=TODAY)[0] for texts in same]
    assert len({ruleset.content_hash for ruleset in loaded if ruleset}) == 1


@pytest.mark.parametrize(
    "lines",
    [
        {"名称": "别的"},
        {"优先级": "99"},
        {"状态": "试行"},
        {"底线": "是"},
        {"失效": "2030-01-01"},
        {"条件": "{凶器: 否}"},
        {"结论": "{预警颜色: 黄}"},
        {"理由": "别的"},
    ],
    ids=lambda lines: next(iter(lines)),
)
def test_any_change_of_what_is_said_changes_the_hash(lines: dict[str, str]) -> None:
    assert ruleset_of(rule(**lines)).content_hash != ruleset_of(rule()).content_hash


def test_the_public_names_are_these() -> None:
    import rules

    assert all(hasattr(rules, name) for name in rules.__all__)
    assert rules.__all__ == sorted(rules.__all__)
