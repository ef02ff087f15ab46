from lib.ui import articles, frame

with frame.page("safety"):
    articles.safety()
