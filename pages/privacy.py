from lib.ui import frame, notices

with frame.page("privacy"):
    notices.notice()
