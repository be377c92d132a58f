"""Installing a unit, bringing it to another version and back, and removing it.

Nothing here needs more than Python's own library: it works before a version has its packages, and when they are broken.

    /opt/medius/versions/NAME/   a version: the tree, with its own .venv; it never changes once it is ready
    /opt/medius/current ->       the version that the services run
    /opt/medius/proven ->        the version that last worked for long enough to be trusted; it watches over the next

`current` and `proven` differ only while a new version is on trial. Whoever finds them to differ otherwise, at the next
start of the computer at the latest, goes back to `proven`.

What one version asks of another, and may therefore not change: it is set up by `MEDIUS_SETUP=run ./medius` and has the
commands `medius weights`, `medius selftest --database COPY`, `medius where` and `python -m web --help`; and, with the
tree on Python's path, `python3 -m monitor.upkeep` with `install FOLDER`, `trial NAME`, `guard` and `sessions`.
"""
