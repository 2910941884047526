"""The way of a report: `workflow` moves it by the table of `runtime.steps`, each move on record.

`moving` takes open reports over to a repaired form, `previews` shows beforehand what becomes of them.
What is accepted is changed by `corrections`, whose totals `ripple` carries up; `comments` and `complaints`
are what people say of figures.
"""
