"""How leads are laid out, in the queue and on their own page."""

STYLE = """<style>
[class*="st-key-lead-line-"] { border-bottom: 1px solid rgba(128, 128, 128, .18); padding: .55rem 0; }
[class*="st-key-lead-line-"] [data-testid="stMarkdownContainer"] p {
  line-height: 1.4; overflow-wrap: anywhere;
}
[class*="st-key-lead-line-"] .stPageLink a {
  padding: 0; min-height: 1.5rem; height: auto; background: transparent;
}
[class*="st-key-lead-line-"] .stPageLink p { font-weight: 600; white-space: normal; }
[class*="st-key-lead-mark-"] { min-width: 2.6rem; align-items: center; }
[class*="st-key-lead-mark-"] p { font-size: 1.15rem; }
.st-key-lead-score [data-testid="stMarkdownContainer"],
.st-key-lead-facts [data-testid="stMarkdownContainer"] {
  margin-bottom: -.6rem; overflow-wrap: anywhere;
}
[class*="st-key-lead-act-"] { flex-shrink: 0; }
[class*="st-key-lead-act-"] button p { white-space: nowrap; }
@media (max-width: 640px) {
  .st-key-list-filters .stColumn { min-width: calc(50% - .5rem); flex: 1 1 0; }
  .st-key-list-filters .stColumn:first-child { min-width: 100%; }
  [class*="st-key-lead-line-"] { flex-wrap: wrap !important; row-gap: .3rem; }
  [class*="st-key-lead-line-"] > [data-testid="stLayoutWrapper"]:has(> [class*="st-key-lead-body-"]) {
    flex: 1 1 70%;
  }
}
</style>"""
