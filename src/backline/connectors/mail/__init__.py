"""A system that is reachable by mail alone: a write is a mail with a reference, and the answer to it settles it."""
