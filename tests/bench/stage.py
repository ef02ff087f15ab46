"""Where it is measured: servers of the app over databases of two sizes, each started once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from lib.services.house import House, open_house
from tests.bench import cast
from tests.server import RunningServer

FEW, MANY = 1_000, 100_000


@dataclass(frozen=True, slots=True)
class Scene:
    """A running server, the same database opened from here, and session tokens by login name."""

    server: RunningServer
    house: House
    tokens: Mapping[str, str]


@dataclass
class Stage:
    """Gives scenes by their number of accounts. `opened` ends whatever was started."""

    folder: Path
    opened: ExitStack
    _scenes: dict[int, Scene] = field(default_factory=dict)

    def scene(self, accounts: int = FEW) -> Scene:
        if accounts not in self._scenes:
            server = RunningServer(self.new_folder(f"scene-{accounts}"))
            house = open_house(server.settings)
            self.opened.callback(house.gateway.close)
            tokens = cast.seed(house, accounts)
            self.opened.enter_context(server)
            self._scenes[accounts] = Scene(server, house, tokens)
        return self._scenes[accounts]

    def new_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder
