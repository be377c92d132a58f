import builtins
import os
from pathlib import Path

import pytest

from monitor.cues.board import is_raspberry_pi, open_board
from monitor.cues.lamps import LampError
from monitor.cues.pins import Pins


@pytest.fixture
def raspberry_pi(tmp_path):
    model = tmp_path / "model"
    model.write_bytes(b"Raspberry Pi 5 Model B Rev 1.0\0")
    return model


def test_elsewhere_the_lamps_are_simulated_and_say_so(tmp_path):
    with open_board(model_path=tmp_path / "absent") as board:
        assert board.simulated
        assert board.describe() == "simulated lamps: no pin of this computer is used"


def test_a_raspberry_pi_may_be_told_to_simulate(raspberry_pi):
    with open_board(Pins(buzzer=None), simulate=True, model_path=raspberry_pi) as board:
        assert board.lamps.state.buzzer is None


def test_real_lamps_elsewhere_are_refused_in_one_sentence(tmp_path):
    with pytest.raises(LampError, match="not a Raspberry Pi"):
        open_board(simulate=False, model_path=tmp_path / "absent")


@pytest.mark.parametrize("simulate", [None, False])
def test_a_raspberry_pi_without_lgpio_says_how_to_get_it(raspberry_pi, monkeypatch, simulate):
    def refuse(name, *rest, **more):
        if name == "lgpio":
            raise ImportError(name)
        return real_import(name, *rest, **more)

    real_import = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refuse)
    here = Path.cwd()
    with pytest.raises(LampError, match="apt install python3-lgpio"):
        open_board(simulate=simulate, model_path=raspberry_pi)
    assert (Path.cwd(), os.environ.get("LG_WD")) == (here, None)


@pytest.mark.parametrize(
    ("model", "expected"),
    [(b"Raspberry Pi 4 Model B Rev 1.5\0", True), (b"Radxa ROCK 5B\0", False), (b"\xff\xfe", False)],
)
def test_the_model_file_tells_a_raspberry_pi(tmp_path, model, expected):
    path = tmp_path / "model"
    path.write_bytes(model)
    assert is_raspberry_pi(path) is expected
