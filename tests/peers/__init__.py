"""Real systems that tests talk to, in environments and processes of their own: ``make peers`` makes them."""
