from lib.services import couples
from lib.ui import frame, inviting, live, visitor

with frame.page("join") as me:
    if me is not None:
        live.watch(lambda: couples.version(visitor.house(), visitor.asker()))
    inviting.join()
