"""Rules over many reports at once, in whole columns of numbers, exact.

`many.Bulk` judges the shapes of a plan over columns that `reports` lays out: `shapes` walks their nodes,
with `compare` for comparisons and `functions` for calls. `numbers` keeps integers as narrow as their bounds
allow and gives up where none is wide enough; a rule that is declined is asked again of the closures of
`engine.plans`.
"""
