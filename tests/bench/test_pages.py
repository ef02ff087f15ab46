"""The bench measures every page there is, and its floor knows every element on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from lib.ui import registry
from tests.bench.floor_script import Module
from tests.bench.pages import SIGHTS, Sight
from tests.bench.stage import Scene, Stage
from tests.bench.tab import TimedTab


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with ExitStack() as opened:
        yield Stage(tmp_path_factory.mktemp("bench"), opened).scene(10)


def test_every_page_has_its_line() -> None:
    assert {sight.page for sight in SIGHTS} == {place.name for place in registry.PLACES}


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_the_floor_can_draw_what_the_page_draws(scene: Scene, sight: Sight) -> None:
    module = Module()
    token = scene.tokens[sight.who] if sight.who else None
    with TimedTab(scene.server, sight.address, token=token) as tab:
        module.add(sight.name, tab.deltas, tab.around)
    compile(module.text(), sight.name, "exec")
    assert sight.name in module.names
