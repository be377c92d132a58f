"""The support bundle: enough to help, and nobody in it."""

import json
import pwd
import socket
import tarfile
from pathlib import Path

import pytest

from monitor.doctor import bundle
from monitor.store import Recorder, SessionStart, SystemClock
from monitor.vocabulary import View
from tests.cli.command import medius
from tests.cli.conftest import own_settings

__all__ = ["own_settings"]  # a fixture here too

ANNA = pwd.struct_passwd(("anna", "x", 1000, 1000, "Anna Lauf,,,", "/home/anna", "/bin/sh"))
DAEMON = pwd.struct_passwd(("backup", "x", 34, 34, "backup", "/var", "/bin/sh"))
PI = pwd.struct_passwd(("pi", "x", 1001, 1001, "", "/home/pi", "/bin/sh"))


@pytest.fixture
def hider() -> bundle.Hider:
    return bundle.Hider(bundle.words_to_hide("annas-pi", [ANNA, DAEMON, PI], ["/clips/berta.mp4", "pi", "usb:0"]))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("http://annas-pi.local:8420", "http://HOST.local:8420"),
        ("Annas-Pi, 192.168.1.23, fe80::1c2:a4ff", "HOST, ADDRESS, ADDRESS"),
        ("2001:db8:0:0:1:0:0:1 on wlan0 (b8:27:eb:01:02:03)", "ADDRESS on wlan0 (ADDRESS)"),
        ("192.168.1.23:8420 and http://192.168.1.23:8420/live", "ADDRESS:8420 and http://ADDRESS:8420/live"),
        ("from:10.0.0.9, owner@10.0.0.9. http://10.0.0.9/", "from:ADDRESS, owner@ADDRESS. http://ADDRESS/"),
        ("http://[fe80::1c2:a4ff]:8420, ::ffff:10.0.0.9", "http://[ADDRESS]:8420, ADDRESS"),
        ("http://127.0.0.1:8420 at 14:02:33.120", "http://127.0.0.1:8420 at 14:02:33.120"),
        ("/home/anna/medius: ANNA of Anna Lauf", "/home/PERSON/medius: PERSON of PERSON"),
        ("camera /clips/berta.mp4; Berta", "camera RECORDING; RECORDING"),
        ("on 127.0.0.1 and 0.0.0.0 at 14:02:33", "on 127.0.0.1 and 0.0.0.0 at 14:02:33"),
        ("camera pi, a backup, savanna, mediapipe 1.2.3", "camera pi, a backup, savanna, mediapipe 1.2.3"),
        ("kernel 6.12.47+rpt-rpi-2712, Python 3.13.5", "kernel 6.12.47+rpt-rpi-2712, Python 3.13.5"),
    ],
)
def test_what_is_hidden_and_what_is_not(hider: bundle.Hider, text: str, hidden: str) -> None:
    assert hider.hide(text) == hidden


def test_settings_that_are_secret_are_not_told() -> None:
    values = {"roll_deg": 1.0, "smtp_password": "x", "runner_name": "Anna", "port": 8420}
    assert bundle.telling_nothing(values) == {
        "roll_deg": 1.0,
        "smtp_password": "HIDDEN",
        "runner_name": "HIDDEN",
        "port": 8420,
    }


def test_a_bundle_with_no_database_and_nobody_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIUS_CAMERA", "/clips/cleo.mp4")
    monkeypatch.setattr(bundle.pwd, "getpwall", lambda: [ANNA])
    monkeypatch.setattr(bundle, "journal", lambda unit: f"{unit}: anna looks at berta.mp4 from 10.0.0.9")
    with Recorder(tmp_path / "state" / "medius.sqlite", SystemClock()) as recorder:
        session = recorder.open_session(SessionStart("berta.mp4", View.REAR, "lite", 0.0))
    done = medius("support-bundle", tmp_path / "bundle.tar.gz")
    assert (done.status, done.err) == (0, "")
    with tarfile.open(tmp_path / "bundle.tar.gz") as tar:
        files = {Path(name).name: tar.extractfile(name).read() for name in tar.getnames()}  # type: ignore[union-attr]
    assert (tmp_path / "bundle.tar.gz").stat().st_mode & 0o077 == 0
    logs = {f"{unit}.log" for unit in bundle.UNITS}
    assert set(files) == {"doctor.json", "settings.json", "database.json", *logs}
    assert all(name in done.out for name in files)
    everything = b"".join(files.values()).lower()
    for word in ("anna", "berta", "cleo", session, "10.0.0.9", socket.gethostname(), "sqlite format"):
        assert word.encode().lower() not in everything, word
    assert json.loads(files["database.json"])["rows"]["sessions"] == 1
    assert json.loads(files["doctor.json"])["findings"]["versions"]["found"].startswith("Medius")


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    sentence = medius("support-bundle", tmp_path / "mine").sentence
    assert sentence == f"{tmp_path / 'mine'} cannot be written (File exists): give another name."
    assert (tmp_path / "mine").read_text() == "mine"
