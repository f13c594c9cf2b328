"""The trained model: what it says, that it is stored without pickle, and which files it refuses."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from classifier import fingerprint, model_file
from classifier.examples import lines_in, shipped_rows
from classifier.model import Model
from tests.conftest import shipped

SEED = "古塘街道西洋寺社区的一对小年轻因为恋情得不到父母的支持多次离家出走，民警出警处置后认为仍存在再次激发可能性"


@pytest.fixture
def stored(model: Model, tmp_path: Path) -> tuple[Path, bytes]:
    key = model_file.signing_key(tmp_path / "key")
    model_file.save(model, tmp_path / "model", key)
    return tmp_path / "model", key


def test_every_type_of_the_training_data_gets_a_probability(model: Model) -> None:
    read = model.classify(SEED)
    assert {kind.name for kind in read.dispute_types} == {row.dispute_type for row in shipped()}
    assert sum(kind.probability for kind in read.dispute_types) == pytest.approx(1)
    probabilities = [kind.probability for kind in read.dispute_types]
    assert probabilities == sorted(probabilities, reverse=True)


def test_the_seed_case_is_a_family_matter_of_medium_risk(model: Model) -> None:
    read = model.classify(SEED)
    assert read.dispute_type == "婚恋家庭"
    assert not read.abstained
    assert read.risk.level == "中"
    assert [(s.name, s.status, s.evidence) for s in read.signals if s.name == "多次报警"] == [
        ("多次报警", "成立", "多次离家出走")
    ]


@pytest.mark.parametrize("text", ["情况就是这样", "来人说有个事情要反映一下", "来了几个人", "双方发生纠纷"])
def test_a_text_that_speaks_of_nothing_goes_to_a_person(model: Model, text: str) -> None:
    assert model.classify(text).abstained


def test_evidence_stands_in_the_text_as_typed(model: Model) -> None:
    for example in shipped()[::25]:
        for signal in model.classify(example.text).signals:
            assert example.text[signal.start : signal.end] == signal.evidence


def test_risk_is_a_probability_over_three_levels(model: Model) -> None:
    for example in shipped()[::40]:
        risk = model.classify(example.text).risk
        assert risk.low + risk.medium + risk.high == pytest.approx(1)
        assert min(risk.low, risk.medium, risk.high) >= 0
        assert risk.score == pytest.approx(risk.medium / 2 + risk.high)


@pytest.mark.parametrize(
    "text",
    ["丈夫持刀威胁妻子", "工人在楼顶讨薪扬言跳楼", "对方往店里泼汽油", "他语气平静地说，不给钱就卸他一条腿"],
)
def test_one_grave_signal_is_enough_for_high(model: Model, text: str) -> None:
    assert model.classify(text).risk.level == "高"


def test_a_stored_model_answers_as_before(model: Model, stored: tuple[Path, bytes]) -> None:
    loaded = model_file.load(*stored)
    for example in shipped()[::50]:
        assert loaded.classify(example.text) == model.classify(example.text)


def test_the_file_holds_arrays_and_no_pickle(stored: tuple[Path, bytes]) -> None:
    body = stored[0].read_bytes().partition(b"\n")[2]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert all(name.endswith(".npy") for name in archive.namelist())
    with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_a_file_that_was_tampered_with_is_refused(stored: tuple[Path, bytes]) -> None:
    path, key = stored
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(model_file.ModelError, match="拒绝载入"):
        model_file.load(path, key)


def test_a_file_from_elsewhere_is_refused(stored: tuple[Path, bytes], tmp_path: Path) -> None:
    elsewhere = model_file.signing_key(tmp_path / "elsewhere" / "key")
    with pytest.raises(model_file.ModelError, match="不是本机训练的"):
        model_file.load(stored[0], elsewhere)


@pytest.mark.parametrize("content", [b"", b"\n", b"no signature", b"a" * 64 + b"\nPK"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model").write_bytes(content)
    with pytest.raises(model_file.ModelError):
        model_file.load(tmp_path / "model", b"k" * 32)


def test_the_key_is_made_once_and_is_the_owners_only(tmp_path: Path) -> None:
    first = model_file.signing_key(tmp_path / "key")
    assert model_file.signing_key(tmp_path / "key") == first
    assert len(first) == 32
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_the_fingerprint_is_that_of_the_rows_that_ship(model: Model) -> None:
    assert fingerprint.fingerprint(lines_in(shipped_rows())) == model.fingerprint


def test_another_process_finds_the_same_fingerprint(model: Model) -> None:
    program = (
        "from classifier.examples import lines_in, shipped_rows; from classifier.fingerprint import fingerprint;"
        "print(fingerprint(lines_in(shipped_rows())))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == model.fingerprint


def test_other_versions_have_another_fingerprint(monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    monkeypatch.setattr(fingerprint, "versions", lambda: {"python": "0"})
    assert fingerprint.fingerprint(lines_in(shipped_rows())) != model.fingerprint
