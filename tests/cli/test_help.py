"""The help, read as a newcomer would."""

import click
import pytest

from monitor.cli import main
from tests.cli.command import medius

COMMANDS: list[tuple[tuple[str, ...], click.Command]] = [
    ((), main),
    *(((name,), command) for name, command in main.commands.items()),
    *(
        ((name, below), command)
        for name, group in main.commands.items()
        if isinstance(group, click.Group)
        for below, command in group.commands.items()
    ),
]


@pytest.mark.parametrize(("names", "command"), COMMANDS)
def test_every_command_and_option_is_explained(names: tuple[str, ...], command: click.Command) -> None:
    assert command.help
    assert all(isinstance(option, click.Argument) or option.help for option in command.params)  # type: ignore[attr-defined]
    for flag in ("--help", "-h"):
        done = medius(*names, flag)
        assert (done.status, done.err) == (0, "")
    assert all(name in done.out for option in command.params for name in option.opts if name.startswith("--"))
    assert max(map(len, done.out.splitlines())) <= 80


def test_the_first_page_names_both_commands_and_what_a_status_means() -> None:
    page = medius("--help").out
    for text in ("medius run ", "medius analyze FILE", "Exit status: 0", "not a medical device"):
        assert text in page


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("analyse", "run.mp4"), "No such command 'analyse'"),
        (("analyze",), "Missing argument 'PATH'"),
        (("analyze", "run.mp4", "--json"), "Option '--json' requires an argument"),
        (("analyze", "run.mp4", "--roll-deg", "60"), "60.0 is not in the range"),
        (("run", "--model", "huge"), "'huge' is not one of 'lite', 'full', 'heavy'"),
        (("run", "--port", "70000"), "70000 is not in the range"),
        (("run", "--target-left", "0"), "0.0 is not in the range"),
        (("run", "--seconds", "0"), "0.0 is not in the range"),
        (("run", "clip.mp4"), "unexpected extra argument"),
    ],
)
def test_a_wrong_command_line_ends_with_status_2(arguments: tuple[str, ...], complaint: str) -> None:
    done = medius(*arguments)
    assert (done.status, done.out) == (2, "")
    assert complaint in done.err
    assert "Traceback" not in done.err


def test_the_version_is_the_package_s() -> None:
    assert medius("--version").out.startswith("medius, version ")
