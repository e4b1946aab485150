"""How long a case is kept, what keeps it longer, and how it goes."""
