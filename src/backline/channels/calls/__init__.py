"""Calls by phone: rung, answered and ended as the telephone system tells, known by whoever takes them, noted."""
