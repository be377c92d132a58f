"""systemd's units: links to those of the version in use, so that both change in one step."""

import re
from pathlib import Path

from monitor.upkeep.layout import Layout

KINDS = (".service", ".target", ".path", ".socket", ".timer")
GUARD = "medius-update-guard.service"
"""The one unit of the proven version: it is there for when the one in use does not work."""
OURS = ("/opt/medius/", "../medius")
"""How the targets of our links begin; those that `systemctl enable` makes are absolute."""


def unit_names(tree: Path) -> list[str]:
    """The units of a version."""
    return sorted(path.name for path in (tree / "systemd").iterdir() if path.suffix in KINDS)


def link_units(layout: Layout, version: str) -> None:
    """Have systemd find the units that a version has, and no others, and start with the computer those that want to.

    The links go through `current`, and that of the guard through `proven`.
    """
    wanted: dict[Path, str] = {}
    for name in unit_names(layout.tree(version)):
        through = layout.proven if name == GUARD else layout.current
        wanted[layout.units / name] = f"/{(through / 'systemd' / name).relative_to(layout.root)}"
        for target in _wanted_by(layout.tree(version) / "systemd" / name):
            wanted[layout.units / f"{target}.wants" / name] = f"../{name}"
    for link in our_links(layout):
        if wanted.get(link) != str(link.readlink()):
            link.unlink()
    for link, target in wanted.items():
        if not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(target)


def our_links(layout: Layout) -> list[Path]:
    """Every link that `link_units` has made; an owner's own units, whatever their names, are not among them."""
    folders = [layout.units, *layout.units.glob("*.wants")]
    links = (path for folder in folders for path in folder.glob("medius*") if path.is_symlink())
    return sorted(link for link in links if str(link.readlink()).startswith(OURS))


def _wanted_by(unit: Path) -> list[str]:
    """The units that its [Install] section names."""
    lines = re.findall(r"^WantedBy=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    return [name for line in lines for name in line.split()]
