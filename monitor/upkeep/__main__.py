"""`python3 -m monitor.upkeep`: what ./install, `medius update`, `medius uninstall` and systemd run, as root."""

import argparse
import os
import sys
from pathlib import Path

from monitor.upkeep import database
from monitor.upkeep.install import install
from monitor.upkeep.layout import Layout, ToldError, UpkeepError
from monitor.upkeep.linux import Linux
from monitor.upkeep.removal import uninstall
from monitor.upkeep.update import go_back, on_trial, try_version


def main(arguments: list[str]) -> int:
    """Do one thing; the exit status. What goes wrong is one sentence on standard error."""
    parser = argparse.ArgumentParser(prog="monitor.upkeep")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("install").add_argument("folder", type=Path)
    verbs.add_parser("trial").add_argument("name")
    verbs.add_parser("guard")
    verbs.add_parser("uninstall").add_argument("--data", action="store_true")
    sessions = verbs.add_parser("sessions")
    sessions.add_argument("what", choices=("copy", "restore", "forget"))
    sessions.add_argument("argument", nargs="?")
    given = parser.parse_args(arguments)
    layout = Layout()
    linux = Linux(layout, say)
    try:
        match given.verb:
            case "install":
                install(layout, given.folder.absolute(), linux, say)
            case "trial":
                try_version(layout, linux, given.name, say)
            case "guard":
                if on_trial(layout):
                    go_back(layout, linux, "it was broken off before it had proven itself")
                    say(layout.undone.read_text(encoding="utf-8").strip())
            case "uninstall":
                uninstall(layout, linux, say, with_data=given.data)
            case "sessions":
                _sessions(layout, given.what, given.argument)
    except ToldError:
        return 1
    except (UpkeepError, OSError) as error:
        sys.stderr.write(f"Error: {str(error).rstrip('.')}.\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Broken off.\n")
        return 1
    return 0


def say(text: str) -> None:
    """Tell whoever waits."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:  # who waited has gone, and an update goes on
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123


def _sessions(layout: Layout, what: str, argument: str | None) -> None:
    match what:
        case "copy":
            database.copy(layout.database, Path(argument) if argument else database.copy_of(layout.database))
        case "restore":
            database.restore(layout.database, str(argument))
        case "forget":
            database.forget(layout.database)


if __name__ == "__main__":
    os.umask(0o022)
    os.environ.pop("PYTHONPATH", None)  # it is how this code was found, and no business of what is started here
    sys.exit(main(sys.argv[1:]))
