"""Systems of record: one contract, one folder a kind."""
