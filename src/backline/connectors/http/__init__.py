"""HTTP services as systems of record: declared requests under one fixed address, by httpx."""
