"""Taking a unit off a computer."""

from monitor.upkeep import provision
from monitor.upkeep.layout import Layout
from monitor.upkeep.links import remove
from monitor.upkeep.linux import Linux, run
from monitor.upkeep.units import our_links
from monitor.upkeep.update import Say

USERS = ("medius-web", "medius")


def uninstall(layout: Layout, linux: Linux, say: Say, *, with_data: bool) -> None:
    """Leave nothing but sessions and settings, or not these either. May be done again. Raises UpkeepError."""
    linux.stop()
    remove_files(layout, with_data=with_data)
    run(["systemctl", "daemon-reload"], None)
    for user in USERS:
        run(["userdel", user], None)
    say("Medius is removed.")
    if not with_data:
        say(f"Sessions and settings stay in {layout.state} and {layout.settings.parent}; with --data they go too.")


def remove_files(layout: Layout, *, with_data: bool) -> None:
    """Every file and folder of a unit."""
    for _, path in [*provision.system_files(layout, layout.current)]:
        remove(path)
        if path.parent.name.endswith(".d") and not any(path.parent.iterdir()):
            path.parent.rmdir()
    for link in our_links(layout):
        link.unlink()
    for folder in layout.units.glob("medius*.wants"):
        remove(folder)
    if provision.write_firmware(layout, ()):
        remove(provision.firmware_before(layout))
    data = (layout.state, layout.dashboard_state, layout.settings.parent) if with_data else ()
    for path in (layout.command, layout.cache, layout.home, *data):
        remove(path)
