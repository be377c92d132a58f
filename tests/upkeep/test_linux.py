"""Other programs that are run as root or for it, and what is said when they fail."""

from pathlib import Path

import pytest

from monitor.upkeep.__main__ import main
from monitor.upkeep.layout import UpkeepError
from monitor.upkeep.linux import run


def test_what_a_command_prints_is_returned() -> None:
    assert run(["sh", "-c", "echo $WORD; pwd"], "it fails", env={"WORD": "told"}) == "told\n/\n"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["sh", "-c", "echo first >&2; echo 'Error: last words.' >&2; exit 3"], "it fails: last words"),
        (["sh", "-c", "exit 3"], "it fails: the reason is above"),
        (["/nonexistent/program"], "it fails: [Errno 2] No such file or directory: '/nonexistent/program'"),
        (["sleep", "60"], "it fails: it took more than 1 s"),
    ],
)
def test_a_failure_is_one_sentence_or_none_where_none_is_expected(command: list[str | Path], sentence: str) -> None:
    limit_s = 1.0 if command[0] == "sleep" else 60.0
    with pytest.raises(UpkeepError) as caught:
        run(command, "it fails", limit_s)
    assert str(caught.value) == sentence
    assert run(command, None, limit_s) == ""


def test_what_cannot_be_installed_is_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"Error: {tmp_path} holds no Medius, for it has no CHANGELOG.md: give the folder of a release.\n"
