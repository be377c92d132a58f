"""Makes releases out of one: releases.py FOLDER, which holds the first. Each but the second has something wrong."""

import re
import shutil
import sys
import tarfile
from pathlib import Path

MIGRATION = '''"""Of a release that is not."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make a table."""
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
    {then}
'''


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{path} has changed: {old}"
    path.write_text(text.replace(old, new))


def numbered(release: Path, version: str) -> None:
    replace(release / "pyproject.toml", 'version = "0.1.0"', f'version = "{version}"')


def without_packages(release: Path) -> None:
    replace(release / "pyproject.toml", '"click>=8.1"', '"click>=9999"')


def with_half_a_network(release: Path) -> None:
    network = release / "monitor/pelvis/network.onnx"
    network.write_bytes(network.read_bytes()[: network.stat().st_size // 2])


def never_ready(release: Path) -> None:
    replace(release / "monitor/service.py", 'self._tell("READY=1", PATIENCE_S)', "pass")


def never_alive(release: Path) -> None:
    replace(release / "monitor/service.py", 'self._tell("WATCHDOG=1")', "False")


def migrating(release: Path, then: str = "") -> None:
    schema = release / "monitor/store/schema.py"
    before = re.findall(r'"(\d{4})"', re.search(r"REVISIONS = \((.*?)\)", schema.read_text(), re.DOTALL)[1])[-1]
    replace(schema, f'"{before}"', f'"{before}", "9999"')
    migration = MIGRATION.format(revision="9999", before=before, then=then)
    (release / "monitor/store/migrations/versions/v9999_later.py").write_text(migration)


def breaking_a_migration(release: Path) -> None:
    migrating(release, 'raise RuntimeError("the migration is broken")')


def migrating_and_never_ready(release: Path) -> None:
    migrating(release)
    never_ready(release)


RELEASES = {
    "good": (),
    "without_packages": (without_packages,),
    "with_half_a_network": (with_half_a_network,),
    "breaking_a_migration": (breaking_a_migration,),
    "never_ready": (never_ready,),
    "never_alive": (never_alive,),
    "migrating_and_never_ready": (migrating_and_never_ready,),
    "migrating": (migrating,),
}

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for number, (name, changes) in enumerate(RELEASES.items(), 1):
        release = folder / name
        shutil.copytree(folder / "first", release)
        numbered(release, f"0.1.{number}")
        for change in changes:
            change(release)
    with tarfile.open(folder / "good.tar.gz", "w:gz") as tar:
        tar.add(folder / "good", "medius-0.1.1")
