"""Meridian's folder as it is before anybody uses it."""

from pathlib import Path

FOLDER = Path(__file__).parent
