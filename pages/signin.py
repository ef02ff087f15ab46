from lib.ui import entry, frame

with frame.page("signin"):
    entry.sign_in()
