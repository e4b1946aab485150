"""Meridian, a demonstration organisation."""
