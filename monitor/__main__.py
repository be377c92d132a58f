"""`python -m monitor` is `medius`."""

from monitor.cli import main

main()
