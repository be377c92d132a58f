"""For all tests: none depends on how fast the machine is."""

from hypothesis import settings

settings.register_profile("unhurried", settings.get_profile("default"), deadline=None)
settings.load_profile("unhurried")
