"""The heart: what has to be known, what is known, and what follows. Pure: no clock, no I/O, no Django."""
