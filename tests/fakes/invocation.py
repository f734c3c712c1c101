"""What Lambda tells a function of the invocation that it is in."""


class MemoryInvocation:
    """An invocation that a test says how long it lives on.

    Attributes:
        remaining_millis: How long, each time that it is asked; the last one stays.
    """

    def __init__(self, *remaining_millis: int) -> None:
        self.remaining_millis = list(remaining_millis)

    def get_remaining_time_in_millis(self) -> int:
        if len(self.remaining_millis) > 1:
            return self.remaining_millis.pop(0)
        return self.remaining_millis[0]
