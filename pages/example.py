from lib.ui import examples, frame

with frame.page("example", lead=""):
    examples.example()
