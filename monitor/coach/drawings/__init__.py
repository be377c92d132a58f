"""The exercises' drawings, and the small skeleton that they are made from.

The SVG files here are what the pages show. `python -m monitor.coach.drawings` makes them again from `poses`.
"""
