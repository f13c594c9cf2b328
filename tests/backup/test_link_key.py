"""The key of linking in a backup: in it wherever it lies, unless keys are left out, and said so either way."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from service.backup.making import make
from service.backup.restoring import restore
from service.settings import Settings
from tests.backup.station import ROOT, Station, status

KEY = b"one key for all machines, shared"


@pytest.fixture
def shared(station: Station, tmp_path: Path) -> Station:
    file = tmp_path / "shared" / "linking.secret"
    file.parent.mkdir()
    file.write_bytes(KEY)
    return replace(station, settings=station.settings.model_copy(update={"link_key_file": file}))


def test_it_comes_back_as_the_key_of_the_data_folder(shared: Station, tmp_path: Path, empty: Settings) -> None:
    restore(empty, shared.back_up(tmp_path / "backup.zip"), ROOT)
    assert (empty.data_dir / "link.key").read_bytes() == KEY


def test_one_in_the_data_folder_that_is_not_in_use_keeps_out_of_its_way(
    shared: Station, tmp_path: Path, empty: Settings
) -> None:
    (shared.settings.data_dir / "link.key").write_bytes(b"of an earlier time")
    restore(empty, shared.back_up(tmp_path / "backup.zip"), ROOT)
    assert (empty.data_dir / "link.key").read_bytes() == KEY
    assert (empty.data_dir / "link-unused.key").read_bytes() == b"of an earlier time"


def test_without_keys_it_is_not_in_it(shared: Station, tmp_path: Path) -> None:
    (shared.settings.data_dir / "link.key").write_bytes(b"of an earlier time")
    with zipfile.ZipFile(shared.back_up(tmp_path / "backup.zip", keys=False)) as opened:
        assert not [name for name in opened.namelist() if name.endswith(".key")]


def test_inside_the_folder_it_is_a_key_whatever_its_name(station: Station, tmp_path: Path) -> None:
    file = station.settings.data_dir / "linking.secret"
    file.write_bytes(KEY)
    named = replace(station, settings=station.settings.model_copy(update={"link_key_file": file}))
    with zipfile.ZipFile(named.back_up(tmp_path / "without.zip", keys=False)) as opened:
        assert file.name not in opened.namelist()
    made = make(named.settings, named.database, ROOT, tmp_path / "with.zip", keys=True)
    assert made.keys == ("linking.secret", "model.key")


@pytest.mark.parametrize(
    ("options", "there", "told", "lacking"),
    [
        ([], True, "密钥：link.key、model.key", "不在里面"),
        (["--without-keys"], True, "不在里面：数据文件夹以外的 {file}", "密钥：link.key"),
        ([], False, "不在里面：数据文件夹以外的 {file}", "密钥：link.key"),
    ],
)
def test_the_command_says_whether_it_is_in_it(
    shared: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    options: list[str], there: bool, told: str, lacking: str,
) -> None:  # fmt: skip
    file = shared.settings.link_key
    if not there:
        file.unlink()
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(shared.settings.data_dir))
    monkeypatch.setenv("TONGBAN_LINK_KEY_FILE", str(file))
    assert status(["backup", str(tmp_path / "backup.zip"), *options]) == 0
    said = capsys.readouterr().out
    assert told.format(file=file) in said
    assert lacking not in said


def test_restoring_says_where_it_is_to_go(
    shared: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = shared.back_up(tmp_path / "backup.zip")
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path / "new"))
    monkeypatch.setenv("TONGBAN_LINK_KEY_FILE", str(tmp_path / "elsewhere.key"))
    assert status(["restore", str(archive)]) == 0
    assert f"而设置的是 {tmp_path / 'elsewhere.key'}：请复制过去" in capsys.readouterr().out
