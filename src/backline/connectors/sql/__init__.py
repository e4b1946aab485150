"""Databases as systems of record: named statements with typed parameters, by SQLAlchemy."""
