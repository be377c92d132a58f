"""What is bought, wired, printed and flashed to make a unit: its data, its arithmetic and its drawings.

`python -m hardware` writes the tables of README.md and the wiring diagrams from the modules of this folder and from the
unit's own code; `python -m hardware solids FOLDER` makes the printed parts. Nothing here runs on a unit.
"""
