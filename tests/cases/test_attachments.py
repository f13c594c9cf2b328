"""Files of a case: taken by their content, kept with their hash, and given back to who sees the case."""

import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from rules import Ruleset
from service.accounts.model import Actor
from service.audit.actions import Trail
from service.cases.actions import Cases
from service.cases.attachments import Attachments
from service.cases.dossier import Dossiers
from service.cases.model import Case, fault, fold
from service.cases.sniffing import media_type
from service.errors import ForbiddenError, InputError, NotFoundError, RefusedError, SetupError
from service.incidents.model import Registration
from service.storage.database import Database
from tests.cases.town import AUDITOR, OFFICER, STRANGER, Clock, incident, town

PDF = b"%PDF-1.7 agreement"


@pytest.fixture
def cases(database: Database) -> Cases:
    return town(database, Clock())


@pytest.fixture
def files(cases: Cases, tmp_path: Path) -> Attachments:
    return Attachments(cases, tmp_path / "attachments")


@pytest.fixture
def case(cases: Cases, ruleset: Ruleset) -> Case:
    return cases.open(OFFICER, incident(cases.database, ruleset), Registration())


def _arrived(files: Attachments, case: Case, content: bytes = PDF, actor: Actor = OFFICER) -> Path:
    arriving = files.arriving(actor, case.id)
    arriving.write_bytes(content)
    return arriving


def _taken(files: Attachments, case: Case, content: bytes = PDF, name: str = "协议.pdf") -> str:
    return str(files.take(OFFICER, case.id, name, _arrived(files, case, content)) and _newest(files, case))


def _newest(files: Attachments, case: Case) -> str:
    return Dossiers(files.cases).read(OFFICER, case.id).attachments[-1].id


def _office(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return made.getvalue()


WORD, SHEET = ("[Content_Types].xml", "word/document.xml"), ("[Content_Types].xml", "xl/workbook.xml")


def test_a_file_is_an_event_and_comes_back_as_it_was(files: Attachments, case: Case) -> None:
    identity = _taken(files, case)
    file = files.cases.find(OFFICER, case.id)
    assert fault(file.events) is None
    assert fold(case.id, file.events) == file.case
    assert file.events[-1].detail["名称"] == "协议.pdf"
    found, path = files.fetch(OFFICER, case.id, identity)
    assert path.read_bytes() == PDF
    assert (found.name, found.media_type, found.size) == ("协议.pdf", "application/pdf", len(PDF))
    assert found.sha256 == file.events[-1].detail["哈希"]
    assert (found.added_by_name, found.added_at) == (OFFICER.name, file.events[-1].at)
    (entry,) = Trail(files.cases.database).read(AUDITOR, 10, action="下载附件").entries
    assert identity in entry.detail
    assert [one.name for one in files.folder.iterdir()] == [identity]
    assert files.folder.stat().st_mode & 0o077 == 0


def test_only_who_sees_the_case_has_its_files(files: Attachments, case: Case) -> None:
    identity = _taken(files, case)
    for wanted in (lambda: files.fetch(STRANGER, case.id, identity), lambda: files.arriving(STRANGER, case.id)):
        with pytest.raises(NotFoundError):
            wanted()
    assert files.fetch(AUDITOR, case.id, identity)
    with pytest.raises(ForbiddenError):
        files.arriving(AUDITOR, case.id)


def test_a_file_of_another_case_is_not_there(files: Attachments, case: Case, ruleset: Ruleset) -> None:
    other = files.cases.open(OFFICER, incident(files.cases.database, ruleset), Registration())
    for identity in (_taken(files, case), "x", "../model.key", "\0"):
        with pytest.raises(NotFoundError):
            files.fetch(OFFICER, other.id, identity)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../协议.pdf", "协议.pdf"),
        ("C:\\桌面\\协议.pdf", "协议.pdf"),
        ("a\r\nX: y.pdf", "aX: y.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_folders_and_tricks(files: Attachments, case: Case, name: str, kept: str) -> None:
    identity = _taken(files, case, name=name)
    assert files.fetch(OFFICER, case.id, identity)[0].name == kept


def test_the_same_file_is_kept_once(files: Attachments, case: Case) -> None:
    _taken(files, case)
    with pytest.raises(RefusedError, match="已经在档案里"):
        _taken(files, case, name="又一次.pdf")
    assert len(list(files.folder.iterdir())) == 1


def test_what_is_not_taken_leaves_nothing(files: Attachments, case: Case) -> None:
    with pytest.raises(InputError):
        _taken(files, case, b"MZ")
    with pytest.raises(NotFoundError):
        files.take(STRANGER, case.id, "协议.pdf", _arrived(files, case))
    assert list(files.folder.iterdir()) == []


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_file_that_was_harmed_is_not_given_out(files: Attachments, case: Case, harm: str) -> None:
    path = files.folder / _taken(files, case)
    if harm == "changed":
        path.write_bytes(PDF + b".")
    else:
        path.unlink()
    with pytest.raises(SetupError, match="备份"):
        files.fetch(OFFICER, case.id, path.name)


def test_an_upload_cut_off_after_its_event_is_there_and_swept_into_place(files: Attachments, case: Case) -> None:
    identity = _taken(files, case)
    (files.folder / identity).rename(files.folder / f"{identity}.part")
    assert files.fetch(OFFICER, case.id, identity)[1].read_bytes() == PDF
    files.sweep()
    assert files.fetch(OFFICER, case.id, identity)[1] == files.folder / identity


def test_an_upload_cut_off_before_its_event_is_swept_a_day_later(files: Attachments, case: Case) -> None:
    kept = files.folder / _taken(files, case)
    old, young = _arrived(files, case), _arrived(files, case)
    long_ago = old.stat().st_mtime - 25 * 3600
    for path in (old, kept):
        os.utime(path, (long_ago, long_ago))
    files.sweep()
    assert sorted(files.folder.iterdir()) == sorted([kept, young])


def test_sweeping_where_nothing_was_ever_attached_does_nothing(files: Attachments) -> None:
    replace(files, folder=files.folder / "none").sweep()


class TestContent:
    @pytest.mark.parametrize(
        ("name", "content", "media"),
        [
            ("a.PDF", PDF, "application/pdf"),
            ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
            ("a.jpeg", b"\xff\xd8\xff\xe1", "image/jpeg"),
            ("a.png", b"\x89PNG\r\n\x1a\n", "image/png"),
            ("a.docx", _office(*WORD), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("a.xlsx", _office(*SHEET), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("a.txt", "已谈\n".encode(), "text/plain"),
            ("a.txt", "已谈\r\n".encode("gb18030"), "text/plain"),
            ("a.mp3", b"ID3\x04", "audio/mpeg"),
            ("a.mp3", b"\xff\xfb\x90\x64", "audio/mpeg"),
            ("a.wav", b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        ],
    )
    def test_is_taken_for_what_it_is(self, tmp_path: Path, name: str, content: bytes, media: str) -> None:
        (tmp_path / "sent").write_bytes(content)
        assert media_type(tmp_path / "sent", name) == media

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.exe", b"MZ"),
            ("a", PDF),
            ("a.pdf", b""),
            ("a.pdf", b"<html>"),
            ("a.jpg", PDF),
            ("a.png", b"\xff\xd8\xff"),
            ("a.docx", _office(*SHEET)),
            ("a.docx", _office(*WORD, "word/vbaProject.bin")),
            ("a.xlsx", _office(*SHEET)[:-30]),
            ("a.xlsx", b"PK\x03\x04" + b"x" * 40),
            ("a.docx", b"PK\x03\x04PK\x05\x06" + b"\xff" * 18),
            ("a.txt", b"MZ\x00\x01"),
            ("a.txt", b"\xff\xff\xff"),
            ("a.mp3", b"\xff\xfe\x90\x64"),
            ("a.mp3", b"\xff"),
            ("a.wav", b"RIFF\x24\x00\x00\x00AVI "),
        ],
    )
    def test_is_refused_when_it_is_not_what_its_name_says(self, tmp_path: Path, name: str, content: bytes) -> None:
        (tmp_path / "sent").write_bytes(content)
        with pytest.raises(InputError):
            media_type(tmp_path / "sent", name)
