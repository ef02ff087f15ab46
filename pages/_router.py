"""The only entry: builds the navigation from `lib.ui.registry` and runs the page asked for.

It lies inside pages/, or Streamlit would run the files here directly, past this script.
"""

from lib.ui import router

router.run()
