"""Read only: search, work lists, and what the timelines tell."""
