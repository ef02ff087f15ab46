"""Everything a page is made of: frame, cards, questions, chart, words. Pages call it; it calls
`lib.services`. The only room of lib that imports Streamlit."""
