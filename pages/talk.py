from lib.services import couples, reviews
from lib.ui import frame, live, talking, visitor

one = visitor.me()
title = "interface.talk.alone_title" if one and not one.together else None
with frame.page("talk", title=title, lead="") as me:
    live.watch(lambda: couples.version(visitor.house(), visitor.asker()))
    review = reviews.review(visitor.house(), visitor.asker())
    talking.page(review, together=me.together)
