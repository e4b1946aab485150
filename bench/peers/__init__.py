"""Peers, measured in the same run."""
