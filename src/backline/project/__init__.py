"""Settings, addresses, wiring, the command line."""
