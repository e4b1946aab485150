"""What is measured: each module has ``measure() -> list[Row]``, our subject named ``backline`` beside its peers."""
