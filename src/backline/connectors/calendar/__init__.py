"""Calendars over CalDAV as systems of record: what is free, who comes when; book, move and cancel an appointment."""
