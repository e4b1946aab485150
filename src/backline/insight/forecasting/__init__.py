"""How long it still takes: distributions of the time that remains, learnt from what happened.

``looks`` are what could be seen of running cases at one instant each, with the time that then remained; ``survival`` is
the Kaplan-Meier estimate, in which a case that still runs counts for as long as it was watched; ``strata`` finds the
most alike cases of which there are enough; ``calibrating`` makes a date that is kept in nine of ten; ``backtesting``
asks how all that would have done on later cases. ``trees`` learns from logs with thousands of cases.
"""
