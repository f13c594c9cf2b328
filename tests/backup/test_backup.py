"""A station in one file and back: whole, of one moment, and refused where anything of it is not as it was."""

import json
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from rules import Ruleset
from service.audit.actions import Trail
from service.backup.making import make
from service.backup.restoring import restore
from service.cases.sharing import Comment
from service.errors import InputError, RefusedError, SetupError, TongbanError
from service.settings import Settings
from service.storage.database import Database
from service.storage.tables import metadata
from service.storage.tables.cases import attachment
from service.webhooks.actions import Webhooks
from tests.backup.station import HOOK, ROOT, SECRET, Station, stationed, status
from tests.cases.town import ADMIN, OFFICER

TABLES = [table for table in metadata.sorted_tables if table.name not in ("session", "audit_entry")]


def _rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in TABLES}


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("tongban.db")
    }


def test_what_comes_back_is_what_there_was(station: Station, archive: Path, empty: Settings) -> None:
    restore(empty, archive, ROOT)
    back = Database(empty.database)
    assert _rows(back) == _rows(station.database)
    assert _files(empty.data_dir) == _files(station.settings.data_dir)
    assert check_chains(back)
    assert [entry.action for entry in Trail(back).read(ADMIN, 2).entries] == ["恢复备份", "备份"]
    assert stat.S_IMODE((empty.data_dir / "model.key").stat().st_mode) == 0o600
    back.close()


def check_chains(database: Database) -> bool:
    trail = Trail(database)
    return not trail.verify().fault and not trail.verify_cases().wrong


def test_only_its_owner_may_read_it(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_a_folder_gets_a_file_with_the_time_in_its_name(station: Station, tmp_path: Path) -> None:
    assert station.back_up(tmp_path).name.startswith("警情通办备份-")


def test_without_keys_nothing_in_it_opens_a_door(station: Station, empty: Settings, tmp_path: Path) -> None:
    archive = station.back_up(tmp_path / "backup.zip", keys=False)
    with zipfile.ZipFile(archive) as opened:
        assert not [name for name in opened.namelist() if name.endswith(".key")]
        assert SECRET.encode() not in opened.read("tongban.db")
    restore(empty, archive, ROOT)
    back = Database(empty.database)
    hooks = Webhooks(back, ())
    with pytest.raises(InputError, match="没有随备份恢复"):
        hooks.change(ADMIN, HOOK, enabled=True)
    back.close()


def test_nobody_stays_signed_in(station: Station, tmp_path: Path, empty: Settings) -> None:
    with station.database.write() as connection:
        connection.execute(
            text("INSERT INTO account VALUES ('a', 'a', 'a', '[]', '', 0, '', NULL)"),
        )
        connection.execute(text("INSERT INTO session VALUES ('hash-of-a-token', 's', 'a', '', '', '')"))
    archive = station.back_up(tmp_path / "backup.zip")
    with zipfile.ZipFile(archive) as opened:
        assert b"hash-of-a-token" not in opened.read("tongban.db")


def test_a_backup_in_the_middle_of_work_is_of_one_moment(station: Station, tmp_path: Path) -> None:
    ended, faults = threading.Event(), list[Exception]()

    def work(place: int) -> None:
        try:
            for number in range(10_000):
                if ended.is_set():
                    return
                if place:
                    station.cases.do(OFFICER, station.case_id, Comment(f"第{number}句"))
                else:
                    station.attach(f"{number}".encode())
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            faults.append(error)

    workers = [threading.Thread(target=work, args=(place,)) for place in range(2)]
    for worker in workers:
        worker.start()
    archives = [station.back_up(tmp_path / f"{number}.zip") for number in range(3)]
    ended.set()
    for worker in workers:
        worker.join()
    assert faults == []
    for archive in archives:
        settings = Settings(data_dir=tmp_path / archive.stem)
        manifest = restore(settings, archive, ROOT)
        assert manifest.missing == ()
        back = Database(settings.database)
        assert check_chains(back)
        with back.read() as connection:
            registered = set(connection.execute(select(attachment.c.id)).scalars())
        assert {path.name for path in settings.attachments_dir.iterdir()} == registered
        back.close()


def test_an_attachment_that_is_gone_is_told_and_stops_nothing(
    station: Station,
    empty: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = next(path for path in station.settings.attachments_dir.iterdir())
    gone.unlink()
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(station.settings.data_dir))
    assert status(["backup", str(tmp_path / "backup.zip")]) == 1
    assert f"附件 {gone.name} 在数据文件夹里已经不见或损坏" in capsys.readouterr().err
    assert restore(empty, tmp_path / "backup.zip", ROOT).missing == (gone.name,)


def _spoilt(archive: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The archive with its members changed, by name."""
    with zipfile.ZipFile(archive) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    change(members)
    spoilt = archive.with_name("spoilt.zip")
    with zipfile.ZipFile(spoilt, "w") as written:
        for name, content in members.items():
            written.writestr(name, content)
    return spoilt


def _manifest(**changes: object) -> Callable[[dict[str, bytes]], object]:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | changes).encode()

    return change


def _smuggled(members: dict[str, bytes]) -> None:
    told = json.loads(members["manifest.json"])
    told["files"]["../evil"] = told["files"]["model.key"]
    members |= {"../evil": members["model.key"], "manifest.json": json.dumps(told).encode()}


def _without_attachment(members: dict[str, bytes]) -> None:
    told = json.loads(members["manifest.json"])
    name = next(name for name in members if name.startswith("attachments/"))
    del members[name], told["files"][name]
    members["manifest.json"] = json.dumps(told).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda members: members.update({"model.key": b"x" * 32}), "备份里的 model.key 与清单的哈希不符"),
        (lambda members: members.pop("model.tongban"), "备份里少了文件：model.tongban"),
        (lambda members: members.update({"more": b""}), "备份里有清单上没有的文件：more"),
        (lambda members: members.pop("manifest.json"), "这不是警情通办的备份"),
        (_manifest(format=2), "备份的格式这个程序不认识"),
        (_manifest(files=None), "备份的清单不完整"),
        (_manifest(schema="9999"), "备份来自更新的程序"),
        (_manifest(head="0" * 64), "不是清单上说的那一个"),
        (_manifest(database="postgresql"), "请先用 pg_restore 恢复"),
        (_smuggled, "备份里有不该有的路径：../evil"),
        (_without_attachment, "不在备份里，或不是原来的"),
    ],
)
def test_a_spoilt_backup_is_refused_and_leaves_nothing(
    archive: Path, empty: Settings, change: Callable[[dict[str, bytes]], object], words: str
) -> None:
    with pytest.raises(TongbanError, match=words):
        restore(empty, _spoilt(archive, change), ROOT)
    assert list(empty.data_dir.parent.rglob("*")) in ([], [empty.data_dir])
    restore(empty, archive, ROOT)


def test_half_a_file_is_refused(archive: Path, empty: Settings) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(InputError, match="读不出来，不是备份或已经损坏"):
        restore(empty, archive, ROOT)


def test_a_folder_with_anything_in_it_is_left_alone(station: Station, archive: Path) -> None:
    before = _files(station.settings.data_dir)
    with pytest.raises(RefusedError, match="只能恢复到空的数据文件夹"):
        restore(station.settings, archive, ROOT)
    assert _files(station.settings.data_dir) == before


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("data/backup.zip", "备份不能放在数据文件夹里"),
        ("backup.zip", "已经有了"),
        ("away/backup.zip", "没有这个文件夹"),
    ],
)
def test_where_a_backup_may_not_lie(station: Station, archive: Path, tmp_path: Path, where: str, words: str) -> None:
    before = archive.read_bytes()
    with pytest.raises(InputError, match=words):
        station.back_up(tmp_path / where)
    assert archive.read_bytes() == before


def test_no_database_is_no_backup(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with pytest.raises(SetupError, match="没有可备份的"):
        make(settings, Database(settings.database), ROOT, tmp_path / "backup.zip", keys=True)
    assert list(tmp_path.iterdir()) == []


def test_the_commands_say_what_is_in_it_and_whether_the_chains_hold(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "backup.zip"
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(station.settings.data_dir))
    assert status(["backup", str(archive)]) == 0
    said = capsys.readouterr().out
    assert "附件 2 个，其他文件 3 个" in said
    assert "密钥：model.key、外发通知的签名密钥 1 个" in said
    assert "里面有当事人的个人信息和密钥，没有加密" in said
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path / "new"))
    assert status(["restore", str(archive)]) == 0
    said = capsys.readouterr().out
    assert "条记录首尾相接，没有改动" in said
    assert "1 份档案、3 条轨迹都与审计链一致" in said
    assert status(["restore", str(archive)]) == 2
    assert "只能恢复到空的数据文件夹" in capsys.readouterr().err


def test_what_was_tampered_with_before_the_backup_is_told_after_restoring(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with station.database.write() as connection:
        connection.execute(text("DROP TRIGGER case_event_no_update"))
        connection.execute(text("UPDATE case_event SET reason = '改过' WHERE seq = 2"))
    archive = station.back_up(tmp_path / "backup.zip")
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(tmp_path / "new"))
    assert status(["restore", str(archive)]) == 1
    assert "第 2 条轨迹的内容与它的哈希不符" in capsys.readouterr().err


def test_postgresql_is_dumped_by_its_own_command_and_the_files_are_backed_up(
    postgres: object,
    ruleset: Ruleset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = postgres.new_database()  # type: ignore[attr-defined]
    (tmp_path / "data").mkdir()
    station = stationed(Settings(data_dir=tmp_path / "data", database_url=url), ruleset)
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(station.settings.data_dir))
    monkeypatch.setenv("TONGBAN_DATABASE_URL", url)
    assert status(["backup", str(tmp_path / "backup.zip")]) == 0
    said = capsys.readouterr().out
    assert "pg_dump --format=custom --file=tongban.dump 'postgresql://tongban@/" in said
    with zipfile.ZipFile(tmp_path / "backup.zip") as opened:
        assert "tongban.db" not in opened.namelist()
    shutil.rmtree(station.settings.data_dir)
    restore(station.settings, tmp_path / "backup.zip", ROOT)
    with station.database.read() as connection:
        count = connection.execute(select(func.count()).select_from(attachment)).scalar_one()
    assert len(list(station.settings.attachments_dir.iterdir())) == count == 2
    other = Settings(data_dir=tmp_path / "other", database_url=postgres.new_database())  # type: ignore[attr-defined]
    with pytest.raises(RefusedError, match="PostgreSQL 里还没有数据"):
        restore(other, tmp_path / "backup.zip", ROOT)
    station.database.close()
