"""The way of a report: `workflow` moves it by the table of `runtime.steps`, each move on record.

`moving` takes open reports over to a repaired form, `previews` shows beforehand what becomes of them.
"""
