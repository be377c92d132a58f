"""The printed parts, made and pictured by OpenSCAD from the drawings in print/."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

DRAWINGS = Path(__file__).with_name("print")
OPENSCAD, XVFB = "openscad", "xvfb-run"


class SolidError(RuntimeError):
    """A part cannot be made; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Solid:
    """A part that is printed."""

    name: str
    drawing: str
    part: str

    def write(self, path: Path, values: Sequence[str] = ()) -> None:
        """Make its STL file.

        :param values: `NAME=VALUE` for parameters of the drawings; those of other drawings are ignored.
        :raises SolidError: OpenSCAD is absent, does not understand it, or the part has no inside and outside.
        """
        said = _openscad(
            [*_definitions((f"part={self.part}", *values)), "-o", str(path), str(DRAWINGS / self.drawing)], OPENSCAD
        )
        if "Simple:        yes" not in said:
            raise SolidError(f"The part {self.name} is no solid with these values: choose others.")


SOLIDS = (
    Solid("unit-box", "unit.scad", "box"),
    Solid("unit-lid", "unit.scad", "lid"),
    Solid("bar-box", "bar.scad", "box"),
    Solid("bar-cover", "bar.scad", "cover"),
    Solid("mount-plate", "mounts.scad", "plate"),
    Solid("mount-tripod", "mounts.scad", "tripod"),
    Solid("mount-wall", "mounts.scad", "wall"),
    Solid("mount-rail", "mounts.scad", "rail"),
)
PICTURES: Mapping[str, str] = MappingProxyType(
    {"unit": "0,0,0,70,0,50,480", "bar": "0,0,0,66,0,14,390", "mounts": "0,0,0,58,0,20,300"}
)
"""Where each is seen from, as OpenSCAD's `--camera`."""


def picture(name: str) -> Path:
    """Draw `print/NAME.png` anew and return its path. Raises SolidError."""
    path = DRAWINGS / f"{name}.png"
    view = [f"--camera={PICTURES[name]}", "--autocenter", "--projection=p", "--imgsize=1000,460"]
    drawing = [*_definitions([f"picture={name}"]), "-o", str(path), str(DRAWINGS / "scene.scad")]
    _openscad([*view, "--colorscheme=Tomorrow", *drawing], XVFB, "-a", OPENSCAD)
    return path


def _definitions(values: Sequence[str]) -> list[str]:
    known = {
        name for path in DRAWINGS.glob("*.scad") for name in re.findall(r"^(\w+) = ", path.read_text("utf-8"), re.M)
    }
    definitions = []
    for value in values:
        name, equals, given = value.partition("=")
        if not equals or name not in known:
            raise SolidError(f"There is no parameter {name}: the drawings in {DRAWINGS.name}/ say which there are.")
        is_word = re.fullmatch(r"[a-z_]\w*", given) and given not in ("true", "false")
        definitions += ["-D", f'{name}="{given}"' if is_word else f"{name}={given}"]
    return definitions


def _openscad(arguments: Sequence[str], *command: str) -> str:
    """What OpenSCAD says."""
    for program in (OPENSCAD, *command[:1]):
        if shutil.which(program) is None:
            raise SolidError(f"{program} is missing: sudo apt install openscad xvfb")
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    wrong = [line for line in said.splitlines() if re.match(r"WARNING|ERROR|Can't", line)]
    if done.returncode != 0 or wrong:
        raise SolidError(f"OpenSCAD could not make it: {(wrong or said.splitlines() or ['no reason given'])[0]}")
    return said
