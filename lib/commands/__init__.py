"""What authors and operators can run: `python -m lib <command>`. One module each, one `main`.

`main(arguments)` gets the words after the command's name and returns the exit status. Each module
is imported only when its command runs, so that a small command does not pay for a large one.
"""
