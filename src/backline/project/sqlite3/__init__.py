"""SQLite as Backline uses it: writers of one process queue up before the database."""
