"""Everybody's mail on one page: how a visitor of the demonstration reads and answers what went out."""
