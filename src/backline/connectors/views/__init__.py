"""One view over several systems: declared in ``views/NAME.yaml``, read side by side, each system in its own time."""
