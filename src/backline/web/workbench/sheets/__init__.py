"""The work list as a spreadsheet: it goes out, colleagues fill it, it comes back, each cell is checked."""
