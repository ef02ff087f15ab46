"""Lines: the rerun of each page, against bare Streamlit drawing the same.

Ours is everything that a person waits for: the gate, the navigation, who is here, the database, the
page. The floor is what a bare script needs for the same elements, without any of that; the second
line gives it our bar of navigation too, and so tells how much of the rest is Streamlit's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle

from lib.services import access, checkins
from lib.ui import registry
from tests.bench import floor
from tests.bench.figures import Figure, in_turns
from tests.bench.floor_script import Module
from tests.bench.stage import Scene, Stage
from tests.bench.tab import TimedTab
from tests.server import RunningServer

RERUNS = 30
MOST = 1.25
_BARE = "bare Streamlit, same elements"
_BARRED = "bare Streamlit below the same navigation"


@dataclass(frozen=True, slots=True)
class Sight:
    """One page as one visitor sees it: signed out, or by the login name of one of the cast."""

    page: str
    who: str | None = None
    state: str = ""

    @property
    def name(self) -> str:
        return ", ".join(part for part in (self.page, self.state) if part)

    @property
    def address(self) -> str:
        return "" if self.page == registry.START[self.who is not None] else self.page


_ANSWERING = Sight("checkin", "cleo", "questions")
SIGHTS = (
    Sight("welcome"),
    Sight("example"),
    Sight("reading"),
    Sight("safety"),
    Sight("privacy"),
    Sight("signin"),
    Sight("signup"),
    Sight("recover"),
    Sight("mail"),
    Sight("lost"),
    Sight("home", "ana"),
    _ANSWERING,
    Sight("checkin", "dan", "waiting"),
    Sight("talk", "ana"),
    Sight("past", "ana"),
    Sight("account", "ana"),
    Sight("invite", "ana"),
    Sight("join", "ana"),
)


def reruns(stage: Stage) -> Iterator[Figure]:
    """The whole page once more, as after a click."""
    if missing := {place.name for place in registry.PLACES} - {sight.page for sight in SIGHTS}:
        raise RuntimeError(f"no line for the pages {', '.join(sorted(missing))}")
    scene = stage.scene()
    barred = []
    with (
        _floor(stage, scene, SIGHTS, name="floor-bare") as server,
        _floor(stage, scene, SIGHTS, name="floor-barred") as other,
    ):
        pids = [scene.server.pid, server.pid, other.pid]
        for sight in SIGHTS:
            with (
                _ours(scene, sight) as ours,
                _bare(server, sight, floor.BARE, ours) as bare,
                _bare(other, sight, floor.BARRED, ours) as below,
            ):
                own, low, high = in_turns(RERUNS, ours.rerun, bare.rerun, below.rerun, pids=pids)
            yield Figure("page rerun", sight.name, own, low, _BARE, most=MOST)
            barred.append(Figure("page rerun", sight.name, own, high, _BARRED))
    yield from barred


def answers(stage: Stage) -> Iterator[Figure]:
    """One answer chosen: the step is drawn again and the answer is on the disk.

    Without an aim, for nothing bare commits to a disk.
    """
    scene = stage.scene()
    with (
        _floor(stage, scene, (_ANSWERING,), name="floor-answers") as server,
        _ours(scene, _ANSWERING) as ours,
        _bare(server, _ANSWERING, floor.BARE, ours) as bare,
    ):
        choosers = [_Chooser(tab) for tab in (ours, bare)]
        pids = [scene.server.pid, server.pid]
        own, low = in_turns(RERUNS, *(chooser.choose for chooser in choosers), pids=pids)
    asker = access.asker_of(scene.tokens[_ANSWERING.who or ""])
    if choosers[0].last not in checkins.desk(scene.house, asker).sheet.answers.values():
        raise RuntimeError("the answer was not saved")
    yield Figure("one answer chosen, saved", "checkin, questions", own, low, _BARE)


class _Chooser:
    """Chooses now the first, now the second answer of the step's first question."""

    def __init__(self, tab: TimedTab) -> None:
        self._tab = tab
        self._radio, self._fragment = tab.elements("radio")[0]
        self._next = cycle((1, 2))
        self.last = 0

    def choose(self) -> float:
        self.last = next(self._next)
        chosen = {self._radio.id: self._radio.options[self.last - 1]}
        return self._tab.rerun(fragment=self._fragment, chosen=chosen)


@contextmanager
def _floor(
    stage: Stage, scene: Scene, sights: tuple[Sight, ...], *, name: str
) -> Iterator[RunningServer]:
    """The floor's server, on copies of these pages as they are now."""
    module = Module()
    for sight in sights:
        with _ours(scene, sight) as tab:
            module.add(sight.name, tab.deltas, tab.around)
    folder = stage.new_folder(name)
    (folder / floor.MODULE).write_text(module.text(), encoding="utf-8")
    environment = {floor.FOLDER_VARIABLE: str(folder)}
    with RunningServer(folder, way=floor.FLOOR, environment=environment) as server:
        yield server


def _ours(scene: Scene, sight: Sight) -> TimedTab:
    token = scene.tokens[sight.who] if sight.who else None
    return TimedTab(scene.server, sight.address, token=token)


def _bare(server: RunningServer, sight: Sight, kind: str, ours: TimedTab) -> TimedTab:
    tab = TimedTab(server, "", query=f"kind={kind}&page={sight.name}")
    if tab.kinds() != ours.kinds():
        raise RuntimeError(f"the floor of {sight.name} does not have the same elements")
    return tab
