"""The hip line: what measures it, and how far it can be trusted."""

from monitor.pelvis.belt import BeltReader, BeltReading
from monitor.pelvis.landmarks import landmark_line
from monitor.pelvis.network import NetworkReader
from monitor.pelvis.reader import PelvicReader, best_line

__all__ = ["BeltReader", "BeltReading", "NetworkReader", "PelvicReader", "best_line", "landmark_line"]
