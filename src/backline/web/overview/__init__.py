"""What several systems say of one person, in one picture: for the person, for a colleague, beside a case."""
