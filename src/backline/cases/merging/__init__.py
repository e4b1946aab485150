"""Two that are one: parties and cases brought together, and parted again."""
