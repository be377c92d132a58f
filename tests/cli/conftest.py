import json
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor import settings
from tests.cli.tracks import arrays, save
from tests.pose.conftest import lite_model

__all__ = ["lite_model"]  # a fixture here too


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings file of this computer's, and sessions in a folder of the test's."""
    monkeypatch.setattr(settings, "SETTINGS_FILES", (tmp_path / "medius.toml",))
    monkeypatch.setenv("MEDIUS_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("MEDIUS_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="session")
def schema() -> Draft202012Validator:
    text = resources.files("monitor").joinpath("schema1.json").read_text(encoding="utf-8")
    document = json.loads(text)
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


@pytest.fixture(scope="session")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of a made-up runner, with a given hip line."""
    return save(tmp_path_factory.mktemp("track") / "runner.npz", arrays())
