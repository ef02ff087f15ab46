"""Pure functions and frozen dataclasses: what is asked, compared and advised, and nothing else.

Standard library only. Anyone may call it; it calls nobody.
"""
