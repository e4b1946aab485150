"""A past for Meridian: some months of requests that nobody made, with causes that can be found in them.

``days`` deals out arrivals and lets a queue of colleagues work them off; ``withdrawals`` and ``cards`` tell what
happened in each request; ``tale`` writes it down as a case writes itself: timeline, snapshot and rows agree,
and ``backline verify`` finds nothing wrong. The same seed tells the same past. Every invented case can be known by its
``once``, which begins with ``invented past``.
"""
