"""Meridian's systems of record: databases and services of their own, which know nothing of Backline."""
