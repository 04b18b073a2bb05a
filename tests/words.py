"""Invented sentences without end, always the same ones."""

from itertools import count
from random import Random

_WORDS = (
    "account address advice agency annual answer applicant application archive area audience benefit board booking "
    "branch business calendar careful case catalogue centre certificate channel choice citizen claim clear clerk "
    "collection common complete content correct counter customer daily data delivery design desk digital direct "
    "document early easy election electronic enquiry evidence farm fee file final first form free fresh full general "
    "guidance harbour help high home hour identity index inspection internal inventory journey kind large later "
    "ledger letter level library licence list local long mail main manual map market measure meeting member message "
    "method mobile monthly national network new notice number office old online open operator order outside page "
    "paper part payment permit person phone pilot place plain plan platform point policy portal post practice printed "
    "process project proposal public publication quality question queue quick record reference region register "
    "regular report request research resident response result review route routine rural safe sample satisfaction "
    "schedule school search season secure separate service shared short signal simple site skill small specialist "
    "staff standard station status step storage street supplier support survey system table target team test time "
    "town training transaction transport travel trial unit update urban useful user village visit visitor voice "
    "website weekly whole window work workshop written year"
)
WORDS = _WORDS.split()
VERBS = [
    "opened",
    "replaced",
    "tested",
    "moved",
    "published",
    "reviewed",
    "shortened",
    "trained",
    "joined",
    "closed",
]


class Words:
    """Texts of a report, each with a number of its own."""

    def __init__(self) -> None:
        self.chance = Random("words")
        self.number = count(1)
        self.pool = [self._sentence() for _ in range(3000)]

    def _sentence(self) -> str:
        words = self.chance.choices(WORDS, k=self.chance.randint(9, 15))
        words[4] += ","
        return f"We {self.chance.choice(VERBS)} the {' '.join(words)}."

    def text(self, about: str, sentences: int = 4) -> str:
        """Some 60 words; a few have paragraphs, bold words or a link."""
        chance, number = self.chance.random(), next(self.number)
        first = f"{about} dealt with {number:,} cases."
        parts = [first, *self.chance.sample(self.pool, sentences)]
        if chance < 0.1:
            parts[1] = f"**{parts[1]}**"
        elif chance < 0.2:
            parts[1] = f"See [how it was done](https://example.org/{number}). {parts[1]}"
        return ("\n\n" if chance > 0.8 else " ").join(parts)

    def plan(self, about: str) -> tuple[str, list[str]]:
        """A planned text of two activities, and their words."""
        number = next(self.number)
        one = f"{about} will deal with {number:,} cases. " + " ".join(self.chance.sample(self.pool, 2))
        other = f"A trial in {number % 90 + 10} places. " + " ".join(self.chance.sample(self.pool, 2))
        return f"{one}\n\n{other}" if number % 2 else f"{one}\n\n- {other}", [one, other]
