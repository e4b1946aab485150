"""Backline runs the work behind a customer's request."""
