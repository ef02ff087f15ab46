from lib.ui import frame, looking_back

with frame.page("past") as me:
    looking_back.past(together=me.together)
