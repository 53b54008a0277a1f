"""The trained model: training it when the data changed, finding it, loading it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from clinic.errors import ClinicError
from clinic.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
_SOURCES = ("config.yml", "domain.yml", "bot/data", "bot/components", "uv.lock")


class ModelMissing(ClinicError):
    """There is no trained model that fits the data. `clinic train` makes one."""


class TrainingFailed(ClinicError):
    """Training ended without a model; Rasa has said why above."""


def fingerprint() -> str:
    """What the model depends on, as 16 hexadecimal digits: configuration, data and our own components."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        path = ROOT / source
        files = sorted(file for file in path.rglob("*") if file.suffix in {".yml", ".py"}) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                digest.update(str(file.relative_to(ROOT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def model_path(settings: Settings) -> Path:
    """Where the model for the data as it is now stands, or would stand."""
    return Path(settings.model_dir) / f"intake-{fingerprint()}.tar.gz"


def train(settings: Settings, force: bool = False) -> Path:
    """Trains when there is no model for the data as it is now. Returns the archive. Raises TrainingFailed."""
    path = model_path(settings)
    if path.exists() and not force:
        return path
    from rasa.model_training import train as rasa_train

    result = rasa_train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(ROOT / "bot" / "data")],
        output=str(path.parent),
        fixed_model_name=path.name.removesuffix(".tar.gz"),
        force_training=force,
    )
    if result.code != 0 or not path.exists():
        raise TrainingFailed("Training ended without a model; see the messages above.")
    for old in path.parent.glob("intake-*.tar.gz"):
        if old != path:
            old.unlink()
    return path


def load(settings: Settings) -> Any:
    """The agent with the current model, its trackers in the database, and actions in process. Raises ModelMissing."""
    path = model_path(settings)
    if not path.exists():
        raise ModelMissing("No trained model for the current data. Run `clinic train`, or `make run`, which does it.")
    from web.runtime.agent import build_agent

    return build_agent(settings, path)
