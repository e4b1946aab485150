"""How a case begins: by a request, by the clock, by what arrives, by another case."""
