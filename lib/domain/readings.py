"""What one person reads after the reveal, or alone: a letter that is written once.

It is made from both sheets at the reveal and kept as it was, words included, so that it stays
readable when tips are reworded and questions change. Each of the two gets their own, told from
their side: `mine` and `theirs` swap, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """One theme: levels 1..7, theirs None when alone. `clear`: beyond the band. `words` says it."""

    id: str
    name: str
    mine: float
    theirs: float | None
    band: float
    clear: bool
    words: str


@dataclass(frozen=True, slots=True)
class TipCard:
    """One tip as it was shown, with the facts that led to it in words."""

    id: str
    family: str
    shared: bool
    heading: str
    text: str
    try_this: str
    not_fit: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenerCard:
    """One sentence to start with."""

    id: str
    theme: str
    depth: str
    shared: bool
    text: str


@dataclass(frozen=True, slots=True)
class GuessLine:
    """A guess 1..7 beside the answer; None when its theme is not among those shown today, whatever
    the reason (invariant 3)."""

    question: str
    guessed: int
    answered: int | None


@dataclass(frozen=True, slots=True)
class Seal:
    """The short fingerprint of a sheet as it was sealed, and whether the sheet still fitted it."""

    fingerprint: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two said that both may read after the reveal. seal: None when alone."""

    appreciation: str
    support: tuple[str, ...]
    guesses: tuple[GuessLine, ...]
    outcome: str | None
    seal: Seal | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one person reads of one check-in. `theirs` is None when read alone.

    `help` holds the tips of somebody who said that honesty is not safe: the page shows them first,
    and `tips` and `openers`, the ordinary view, one tap away. `picture`: a sentence about the six
    themes as a whole, the same for both; None when there is nothing to say. `changes`: sentences
    about what is clearly different since the check-in before.
    """

    themes: tuple[ThemeLine, ...]
    tips: tuple[TipCard, ...]
    openers: tuple[OpenerCard, ...]
    mine: Side
    theirs: Side | None
    agreement: str | None
    guess_words: str | None
    help: tuple[TipCard, ...] | None
    picture: str | None = None
    changes: tuple[str, ...] = ()

    @property
    def compared(self) -> bool:
        """False when a sheet was changed after sealing, so that nothing was read from either."""
        sides = (self.mine, self.theirs)
        return all(side is None or side.seal is None or side.seal.whole for side in sides)

    def with_seals(self, mine: Seal, theirs: Seal) -> Reading:
        """The same with both fingerprints; only for a reading of two."""
        if self.theirs is None:
            raise ValueError("a reading of one has no second fingerprint")
        return replace(
            self, mine=replace(self.mine, seal=mine), theirs=replace(self.theirs, seal=theirs)
        )

    def items(self) -> frozenset[str]:
        """Ids of all tips and openers that this person was shown and can mark."""
        tips = (*self.tips, *(self.help or ()))
        return frozenset([tip.id for tip in tips] + [opener.id for opener in self.openers])

    def shared_items(self) -> frozenset[str]:
        """Ids of the tips and openers that the other reads too, as meant for both."""
        tips = [tip.id for tip in self.tips if tip.shared]
        return frozenset(tips + [opener.id for opener in self.openers if opener.shared])


def not_compared(mine: Seal, theirs: Seal) -> Reading:
    """What one reads when a sheet was changed after sealing: the two fingerprints, nothing else."""
    return Reading(
        themes=(),
        tips=(),
        openers=(),
        mine=Side("", (), (), None, mine),
        theirs=Side("", (), (), None, theirs),
        agreement=None,
        guess_words=None,
        help=None,
    )


def to_plain(reading: Reading) -> dict[str, Any]:
    """As plain data for storage."""
    return asdict(reading)


def from_plain(data: Mapping[str, Any]) -> Reading:
    """Back from plain data, as `to_plain` made it or as JSON returned it."""
    return Reading(
        themes=tuple(ThemeLine(**line) for line in data["themes"]),
        tips=_tips(data["tips"]),
        openers=tuple(OpenerCard(**card) for card in data["openers"]),
        mine=_side(data["mine"]),
        theirs=None if data["theirs"] is None else _side(data["theirs"]),
        agreement=data["agreement"],
        guess_words=data["guess_words"],
        help=None if data["help"] is None else _tips(data["help"]),
        picture=data.get("picture"),  # readings written before there was one have none
        changes=tuple(data.get("changes", ())),
    )


def _tips(rows: Any) -> tuple[TipCard, ...]:
    return tuple(TipCard(**{**row, "because": tuple(row["because"])}) for row in rows)


def _side(row: Mapping[str, Any]) -> Side:
    guesses = tuple(GuessLine(**line) for line in row["guesses"])
    seal = row.get("seal")
    return Side(
        row["appreciation"],
        tuple(row["support"]),
        guesses,
        row["outcome"],
        None if seal is None else Seal(**seal),
    )
