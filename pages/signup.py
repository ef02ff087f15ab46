from lib.ui import entry, frame

with frame.page("signup"):
    entry.sign_up()
