"""The crash test: an organisation under load, its processes killed at seeded moments, and a count of what is left."""
