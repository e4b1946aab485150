"""Event logs: what an organisation's systems tell of its journeys, read into one store and measured there.

A file goes through a *reader* (``xes``, ``csv_files``, ``ocel``) that yields batches of events; ``importing`` puts them
into the ``store``; ``arranging`` orders each case once and notes for every step what came before it; ``measures``
computes everything that pages and the command line show. Backline's own timelines (``timelines``) take the same way.
"""
