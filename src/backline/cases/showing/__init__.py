"""A case as somebody may see it, and the words for what happened in it."""
