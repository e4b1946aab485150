"""Wakes what is due by its id. Knows nothing of cases."""
