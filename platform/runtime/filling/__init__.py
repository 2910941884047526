"""Filling: the desk of one report, saves by cell with their journal, words, documents and checks.

`desk` is what the page shows. A save is worked out by `preparing` and stored by `entry`, answered as
`answers` says; `narratives` and `attachments` go beside the figures, `words` reads both. `checking` judges a
report against `contexts`, `standing` keeps how far it is, `taking` brings figures over from another round,
`carrying` from the last bulletin; `nothing` says that there is nothing to report.
"""
