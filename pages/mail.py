from lib.ui import frame, posting

with frame.page("mail", lead=""):
    posting.arrived()
