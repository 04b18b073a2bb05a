"""Why a file was not taken in: sentences for the person who gave it."""

from collections.abc import Sequence


class Unreadable(Exception):
    """One fault of one file. `place` is "line 14" or "paragraph 14", or empty where the whole file is meant."""

    def __init__(self, name: str, sentence: str, place: str = "") -> None:
        super().__init__(name, sentence, place)
        self.name, self.sentence, self.place = name, sentence, place

    def __str__(self) -> str:
        where = f"{self.name}, {self.place}" if self.place else self.name
        return f"{where}: {self.sentence}"


class Refused(Exception):
    """Nothing is saved: all the problems at once, one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(list(problems))
        self.problems = list(problems)

    def __str__(self) -> str:
        return "\n".join(self.problems)
