"""How the network that reads the hip line was made: rendered runners in, weights and their record out.

Nothing here runs on a unit. The renderer and its data files (MakeHuman, CC0) lie outside the repository; every command
takes their path.
"""
