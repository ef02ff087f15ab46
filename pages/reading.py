from lib.ui import articles, frame

with frame.page("reading"):
    articles.reading()
