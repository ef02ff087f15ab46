from lib.services import couples
from lib.ui import frame, inviting, live, visitor

with frame.page("invite"):
    live.watch(lambda: couples.version(visitor.house(), visitor.asker()))
    inviting.invite()
