"""How each kind of file is opened, in the parser's own process."""


class Unreadable(Exception):
    """The file can't be opened; ``state`` is one of the reading's states."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state = state
