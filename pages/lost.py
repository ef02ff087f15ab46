"""What an address that leads nowhere shows."""

from lib.ui import frame

with frame.page("lost", title="interface.state.lost.title", lead="interface.state.lost.lead") as me:
    frame.link("home" if me else "welcome", "interface.state.lost.home", icon=":material/home:")
