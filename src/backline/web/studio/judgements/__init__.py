"""Does a person need to be here? Each human judgement, and the table that says the same."""
