"""What a case makes in other systems: planned, tried, settled, taken back."""
