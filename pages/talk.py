from lib.services import couples, reviews, talks
from lib.ui import frame, live, talking, visitor

one = visitor.me()
title = "interface.talk.alone_title" if one and not one.together else None
with frame.page("talk", title=title, lead="") as me:
    # What somebody does in another tab of their own rings nowhere: that is seen a little later.
    live.watch(
        lambda: talks.bell(visitor.house(), visitor.asker()),
        every=live.WITHOUT_BELL,
        rung_by=lambda: couples.version(visitor.house(), visitor.asker()),
    )
    review = reviews.review(visitor.house(), visitor.asker())
    talking.page(review, together=me.together)
