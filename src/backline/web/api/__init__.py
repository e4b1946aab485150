"""The API: everything the pages do, for programs with a token and for pages with a session."""
