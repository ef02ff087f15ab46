"""The list of pages: the one place that knows which there are, in which order, and for whom.

To add a page: a file in pages/, one `Place` here, its title in interface/nav.toml, and
`with frame.page("name")` in the file. The name is the file's, the address's and the title's key.
It must not be a module's name: the pages' folder comes first on the import path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Audience = Literal["anyone", "signed_out", "signed_in", "couple"]


@dataclass(frozen=True, slots=True)
class Place:
    """One page. name: of its file and its address. shown: whether navigation lists it.

    audience: anyone; signed_out (others are led home); signed_in; couple (signed in, with a
    partner).
    """

    name: str
    audience: Audience
    shown: bool = True

    @property
    def file(self) -> str:
        return f"{self.name}.py"

    @property
    def title_key(self) -> str:
        return f"interface.nav.{self.name}"

    def open_to(self, *, signed_in: bool, together: bool) -> bool:
        """Whether such a visitor may see this page."""
        if self.audience == "anyone":
            return True
        if self.audience == "signed_out":
            return not signed_in
        return signed_in and (together or self.audience == "signed_in")


PLACES: tuple[Place, ...] = (
    Place("home", "signed_in"),
    Place("welcome", "signed_out"),
    Place("checkin", "signed_in"),
    Place("talk", "signed_in"),
    Place("past", "signed_in"),
    Place("invite", "signed_in", shown=False),
    Place("join", "anyone", shown=False),
    Place("example", "anyone"),
    Place("reading", "anyone"),
    Place("signup", "signed_out", shown=False),
    Place("signin", "signed_out"),
    Place("recover", "signed_out", shown=False),
    Place("mail", "anyone", shown=False),
    Place("account", "signed_in"),
    Place("safety", "anyone", shown=False),
    Place("privacy", "anyone", shown=False),
    Place("lost", "anyone", shown=False),
)
START = {True: "home", False: "welcome"}


def place(name: str) -> Place:
    """The page of that name; KeyError when there is none."""
    return next(found for found in PLACES if found.name == name)
