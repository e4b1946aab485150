"""Sign-in, and what a person settles about their own account; the library does the work, these pages the looks."""
