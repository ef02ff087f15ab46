from lib.services import couples, reviews
from lib.ui import frame, live, reviewing, visitor

with frame.page("talk", lead="") as me:
    live.watch(lambda: couples.version(visitor.house(), visitor.asker()))
    review = reviews.review(visitor.house(), visitor.asker())
    reviewing.talk(review, together=me.together)
