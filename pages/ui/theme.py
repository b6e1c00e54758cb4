"""The mark of Rapport, and the few touches that the theme settings cannot make."""

import streamlit as st

# Two speech marks that overlap: what was said, and what was heard.
_SAID = "M5 3h14a5 5 0 0 1 5 5v6a5 5 0 0 1-5 5h-7l-6 5v-5a5 5 0 0 1-4-5V8a5 5 0 0 1 3-5z"
_HEARD = "M15 12h10a5 5 0 0 1 5 5v5a5 5 0 0 1-4 5v4l-5-4h-6a5 5 0 0 1-5-5v-5a5 5 0 0 1 5-5z"
_SHAPES = f'<path d="{_SAID}" fill="#0F766E"/><path d="{_HEARD}" fill="#2DB5A8" fill-opacity=".92"/>'
_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" height="32" '
MARK = f'{_OPEN} width="32" viewBox="0 0 32 32">{_SHAPES}</svg>'
LOGO = (
    f'{_OPEN} width="150" viewBox="0 0 150 32">{_SHAPES}<text x="40" y="23" fill="#16988C" font-size="21" '
    'font-weight="650" letter-spacing="-.3" font-family="system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,'
    'Arial,sans-serif">Rapport</text></svg>'
)

STYLE = """<style>
/* Popovers and dialogs stand outside of the app: they would take the light one of two colours. */
:root { color-scheme: light dark; }
.stMainBlockContainer { padding: 2.75rem 2.5rem 4rem; max-width: 84rem; }
.stSidebar [data-testid="stSidebarContent"] { display: flex; flex-direction: column; }
.stSidebar [data-testid="stSidebarUserContent"] {
  flex: 1; display: flex; flex-direction: column; padding-bottom: 1rem;
}
.stSidebar [data-testid="stSidebarUserContent"] > div { flex: 1; display: flex; flex-direction: column; }
.stSidebar [data-testid="stSidebarUserContent"] > div > .stVerticalBlock { flex: 1; }
[data-testid="stLayoutWrapper"]:has(> .st-key-account) { margin-top: auto; }
.st-key-account { padding-top: .75rem; border-top: 1px solid rgba(128, 128, 128, .25); }
[data-testid="stLayoutWrapper"]:has(> .st-key-session_bridge) { display: none; }
.stMarkdown a[href^="mailto:"] { color: inherit; text-decoration: none; }
.st-key-gate { padding-top: 9vh; }
.stApp:has(.st-key-gate) .stSidebar { display: none; }
.st-key-first-steps .stPageLink a, .st-key-tiles .stPageLink a { padding-left: 0; }
[class*="st-key-tiles-"] .stPageLink a { padding-left: 0; background: none; }
.st-key-first-steps .stPageLink a { height: auto; }
.st-key-first-steps .stPageLink p { font-size: 1rem; white-space: normal; }
/* The colour of the theme is too dark to be read on what it tints. */
button:is([data-variant="segmented_control"], [data-variant="pills"])[data-selected="true"] p {
  color: light-dark(#0F766E, #5CCFC1);
}
.stSidebar [data-testid="stSidebarNavSeparator"] { display: none; }
/* The grid's own toolbar searches and downloads one page only: search and export stand elsewhere. */
.stDataFrame [data-testid="stElementToolbar"] { display: none; }
.stMetric label p { font-size: .875rem; }
/* The darker shade that a hovered button gets of itself is nearly black. */
button[kind^="primary"]:not(:disabled):is(:hover, :focus-visible) {
  background-color: light-dark(#0B5F58, #13736A); border-color: light-dark(#0B5F58, #13736A);
}
button[kind^="tertiary"]:not(:disabled):is(:hover, :focus-visible, :active, [aria-expanded="true"]),
[data-testid="stPopoverButton"]:not(:disabled):is(:hover, :focus-visible, [aria-expanded="true"]) {
  color: light-dark(#0B6560, #5CCFC1);
}
.st-key-facts a[href^="mailto:"] {
  display: inline-block; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  vertical-align: bottom;
}
.stBottom:has(.st-key-bulk-bar) { border-top: 1px solid rgba(128, 128, 128, .3); }
[data-testid="stBottomBlockContainer"] { padding: .75rem 2.5rem 1rem; max-width: 84rem; }
@media (max-width: 640px) {
  /* Amounts are read whole on two tiles side by side. */
  [data-testid="stMetricValue"] { font-size: 1.3rem; }
  .stMainBlockContainer { padding: 4rem 1rem 3rem; }
  :is(.st-key-tiles, [class*="st-key-tiles-"]) .stMetric label p { white-space: normal; }
  [class*="st-key-tiles-"] .stPageLink a { padding-right: 0; }
  .st-key-gate { padding-top: 1vh; }
  .st-key-tiles .stColumn, [class*="st-key-tiles-"] .stColumn { min-width: calc(50% - .5rem); }
  .st-key-list-filters .stColumn:not(:first-child) { min-width: calc(50% - .5rem); flex: 1 1 0; }
  .st-key-list-head .stColumn { min-width: 0; flex: 1 1 auto; width: auto; }
  /* Cells are too small to be typed into with a thumb. */
  [data-testid="stLayoutWrapper"]:has(> .st-key-edit-here), .st-key-edit-here { display: none; }
  [data-testid="stBottomBlockContainer"] { padding: .5rem 1rem .75rem; }
  .st-key-bulk-bar { flex-wrap: nowrap; overflow-x: auto; }
  .st-key-bulk-bar > * { flex-shrink: 0; }
  [class*="st-key-join-"] button { padding: .25rem .5rem; }
  [class*="st-key-condition-"] > div > .stHorizontalBlock > .stColumn:nth-child(3),
  [class*="st-key-condition-"] > .stHorizontalBlock > .stColumn:nth-child(3) {
    min-width: 0; flex: 1 1 calc(100% - 4rem);
  }
  [class*="st-key-condition-"] .stColumn:nth-child(4) { min-width: 2rem; flex: 0 0 2rem; }
}
</style>"""


def apply() -> None:
    """Name, mark and style of every page."""
    st.set_page_config(page_title="Rapport", page_icon=MARK, layout="wide")
    st.html(STYLE)
