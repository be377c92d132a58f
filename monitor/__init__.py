"""Medius: a pelvis-drop monitor that stands behind a treadmill."""
