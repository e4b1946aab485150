"""E-mail that comes in: told apart, matched, taken."""
