"""Medius: a pelvis-drop monitor that stands behind a treadmill."""

import os

# Before NumPy is imported: its matrices here are so small that a second BLAS thread only spins, at 2 ms of CPU a frame
# against 0.4 with one (two cores), and takes that from the pose workers.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
