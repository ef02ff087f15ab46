from lib.services import couples
from lib.ui import frame, homing, live, visitor

with frame.page("home", lead="") as me:
    live.watch(lambda: couples.version(visitor.house(), visitor.asker()))
    homing.home(me)
