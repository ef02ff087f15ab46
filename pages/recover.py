from lib.ui import entry, frame

with frame.page("recover"):
    entry.recover()
