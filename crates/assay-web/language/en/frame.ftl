# What pages say, in English. Keys are grouped by page; `nav-` and `keys-` are on every page.

skip-to-content = Skip to the content
nav-main = Main
nav-exercises = Exercises
nav-progress = Progress
nav-questions = Questions
nav-keys = Keys
nav-theme = Theme
nav-language = Language

keys-title = Keys
keys-key = Key
keys-does = Does
keys-or = or
keys-then = then
keys-run = Run the visible tests
keys-submit = Submit
keys-leave = Leave the editor
keys-evidence = Previous and next evidence, or changed file
keys-list = This list (outside the editor)
keys-close = Close

error-all-exercises = All exercises

js-site-theme-auto = Theme: auto
js-site-theme-light = Theme: light
js-site-theme-dark = Theme: dark
js-site-copied = Copied
js-site-copy-by-hand = Copy by hand
js-site-copy-refused = This browser does not let the page copy. Select the text and copy it.
js-site-close = Close
