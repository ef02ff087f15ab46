from lib.ui import frame, owning

with frame.page("account", lead="") as me:
    owning.account(me)
