"""The way of a report: `workflow` moves it by the table of `runtime.steps`, each move on record.

What was handed in is told by one hash (`revisions`), which goes onto the paper: `issuing` keeps what the
records clerk writes on it and the signed copy, in which `printed` looks for that code.
`moving` takes open reports over to a repaired form, `previews` shows beforehand what becomes of them.
What is accepted is changed by `corrections`, whose totals `ripple` carries up, whose later periods `later`;
`changed` says how much a cell changed, `told` tells people. `comments` and `complaints` are what people say
of figures.
"""
