"""A request from its opening to its end: one file a behaviour, one door a change."""
