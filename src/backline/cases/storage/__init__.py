"""How a case lies in the database: its timeline, its snapshot, and the statements that write them."""
