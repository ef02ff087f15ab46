from lib.services import reviews, talks
from lib.ui import frame, live, talking, visitor

with frame.page("talk", lead="") as me:
    live.watch(lambda: talks.bell(visitor.house(), visitor.asker()))
    review = reviews.review(visitor.house(), visitor.asker())
    talking.page(review, together=me.together)
