"""Promises in the studio: how each is kept, why not, and whether a draft may make it."""
