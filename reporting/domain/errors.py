class NotPossible(Exception):
    """The domain refuses. The text is one sentence that says what to do next."""
