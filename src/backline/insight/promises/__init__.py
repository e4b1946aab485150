"""Promises that hold: what the back office has achieved, what it will achieve for an open case, and whether what is
promised can be kept.

``lives`` reads what happened in past cases; ``learning`` makes of it what is known of a case type (a row, made again
by a job); ``foretelling`` asks that about one open case; ``guarding`` about a promise that somebody wants to make;
``watching`` about the promises that are being made.
"""
