"""Case types: read, check, version, publish, compare, try on past cases, move along."""
