from lib.services import couples
from lib.ui import answering, frame, live, visitor

with frame.page("checkin", lead="") as me:
    live.watch(lambda: couples.version(visitor.house(), visitor.asker()))
    answering.checkin(alone=not me.together)
