"""The HTTP edge: who may speak to the app, over what, and what every answer carries.

`app.py` builds it with `edge.build` and hands it to Streamlit. Nothing here draws a page.
"""
