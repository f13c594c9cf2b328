"""Model ↔ file: arrays and a manifest, no pickle, signed with this installation's key."""

import hashlib
import hmac
import io
import json
import os
import secrets
import tempfile
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from classifier.calibration import Calibration
from classifier.danger import DangerModel
from classifier.dispute import DisputeModel
from classifier.linear import LinearScorer, Vectorizer
from classifier.model import Model
from classifier.risk import Cut, RiskModel
from classifier.signals import SignalFinder
from classifier.tokenizer import Implementation, Tokenizer

_FORMAT = 6


class ModelError(Exception):
    """A model file that can't be trusted or read; the message is Chinese."""


def signing_key(path: Path) -> bytes:
    """This installation's key, made at first use and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(f"{path}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(draft, path)  # atomic; whoever comes second uses the first one's key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def save(model: Model, path: Path, key: bytes) -> None:
    """Write the model whole or not at all: a signature line, then an npz archive."""
    calibration = model.dispute.calibration
    manifest = {
        "format": _FORMAT,
        "fingerprint": model.fingerprint,
        "tokenizer": model.tokenizer.implementation,
        "tokenizer_note": model.tokenizer_note,
        "dispute": {
            "labels": model.dispute.labels,
            "signals": list(model.dispute.signals),
            "sharpness": calibration.sharpness,
            "first": calibration.first,
            "rest": calibration.rest,
            "constants": calibration.constants.tolist(),
            "thresholds": model.dispute.thresholds.tolist(),
        },
        "danger": {"intercept": model.danger.intercept},
        "risk": {"medium": asdict(model.risk.medium), "high": asdict(model.risk.high)},
        "signals": model.signals.to_store(),
        "vocabulary": list(model.vectorizer.vocabulary),
    }
    archive = io.BytesIO()
    np.savez_compressed(
        archive,
        manifest=np.frombuffer(json.dumps(manifest, ensure_ascii=False).encode(), dtype=np.uint8),
        idf=model.vectorizer.idf,
        danger_weights=model.danger.weights,
        dispute_signals=np.array(list(model.dispute.signals.values())),
        **_arrays("dispute", model.dispute.scorer),
        **_arrays("risk", model.risk.scorer),
    )
    body = archive.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(_signature(body, key) + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)


def load(path: Path, key: bytes) -> Model:
    """Read a model that this installation saved; raises ModelError for any other file."""
    content = path.read_bytes()
    signature, _, body = content.partition(b"\n")
    if not hmac.compare_digest(signature, _signature(body, key)):
        raise ModelError(f"模型文件 {path.name} 不是本机训练的，或已被改动，拒绝载入")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            return _assemble(json.loads(arrays["manifest"].tobytes()), arrays)
    except (ValueError, KeyError, TypeError, ImportError, zipfile.BadZipFile) as error:
        raise ModelError(f"模型文件 {path.name} 读不出来：{error}") from error


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).hexdigest().encode()


def _arrays(name: str, scorer: LinearScorer) -> dict[str, Any]:
    return {
        f"{name}_weights": scorer.weights,
        f"{name}_intercept": scorer.intercept,
    }


def _assemble(manifest: dict[str, Any], arrays: Any) -> Model:
    if manifest["format"] != _FORMAT:
        raise ModelError(f"模型格式是 {manifest['format']}，本程序只认 {_FORMAT}")

    def scorer(name: str) -> LinearScorer:
        return LinearScorer(arrays[f"{name}_weights"], arrays[f"{name}_intercept"])

    dispute, risk, idf = manifest["dispute"], manifest["risk"], arrays["idf"]
    implementation: Implementation = manifest["tokenizer"]
    return Model(
        fingerprint=manifest["fingerprint"],
        tokenizer=Tokenizer(implementation),
        tokenizer_note=manifest["tokenizer_note"],
        vectorizer=Vectorizer({feature: index for index, feature in enumerate(manifest["vocabulary"])}, idf),
        signals=SignalFinder.stored(manifest["signals"]),
        dispute=DisputeModel(
            labels=tuple(dispute["labels"]),
            scorer=scorer("dispute"),
            signals=dict(zip(dispute["signals"], arrays["dispute_signals"], strict=True)),
            calibration=Calibration(
                dispute["sharpness"], dispute["first"], dispute["rest"], np.array(dispute["constants"])
            ),
            thresholds=np.array(dispute["thresholds"]),
        ),
        danger=DangerModel(arrays["danger_weights"], manifest["danger"]["intercept"], idf),
        risk=RiskModel(scorer("risk"), Cut(**risk["medium"]), Cut(**risk["high"])),
    )
