"""One function for each thing a person can do.

Every public function takes the house (what the process has) and the asker (whose session it is)
first, checks inside its own unit of work that this asker may, and raises `lib.errors` otherwise. No
check at the top of a page counts: callbacks and fragments run without it.
"""
