"""The frame around every page; Streamlit runs this script at every click.

It lies apart from the folder of the pages, so that Streamlit never runs one of them without this frame.
The order matters: pages are declared first, so that an address survives the sign-in; then come the gate and
the page.
"""

from pages.ui import bridge, gate, navigation, session, sidebar, theme
from pages.ui.guard import guard, show_flashes

theme.apply()
actor = session.current()
page = navigation.menu(actor if actor and gate.is_open(actor) else None)
if actor is None:
    gate.ask_who()
bridge.keep_cookie()
gate.check(actor, page)
show_flashes()
with session.asked(actor):
    sidebar.draw(actor)
    with guard():
        page.run()
