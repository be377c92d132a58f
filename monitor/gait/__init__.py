"""Contacts, stances, angles, the periodic fit, quality and session statistics: numpy in, frozen values out."""

from monitor.gait.settings import GaitSettings
from monitor.gait.summary import SessionSummary, summarise
from monitor.gait.tracker import GaitTracker

__all__ = ["GaitSettings", "GaitTracker", "SessionSummary", "summarise"]
