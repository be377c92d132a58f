"""`python -m hardware` writes the tables and diagrams; `python -m hardware solids FOLDER` makes the printed parts."""

from pathlib import Path

import click

from hardware import solids


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Write the tables and drawings of hardware/README.md anew."""
    if context.invoked_subcommand is not None:
        return
    try:
        from hardware import document
    except ModuleNotFoundError as error:
        if error.name != "schemdraw":
            raise
        raise click.ClickException("The diagrams need schemdraw: MEDIUS_SETUP=test ./medius brings it.") from None
    stale = document.write()
    click.echo("\n".join(f"written: {path.name}" for path in stale) or "everything was up to date")


@main.command("solids")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="A parameter of the drawings, in mm.")
def make_solids(folder: Path, values: tuple[str, ...]) -> None:
    """Make every printed part as an STL file in FOLDER, with OpenSCAD."""
    folder.mkdir(parents=True, exist_ok=True)
    for solid in solids.SOLIDS:
        try:
            solid.write(folder / f"{solid.name}.stl", values)
        except solids.SolidError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"{folder / solid.name}.stl")


@main.command("pictures")
def make_pictures() -> None:
    """Draw the pictures of the printed parts anew, with OpenSCAD under Xvfb."""
    for name in solids.PICTURES:
        try:
            click.echo(solids.picture(name))
        except solids.SolidError as error:
            raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
