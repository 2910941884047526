"""Sound rules looked at together, before a form is published: without figures, by what they demand of cells.

`together.review` is the whole look. `demands` gathers what rules and cells ask, `linear` reads rules as
linear relations, `feasible` asks a solver and proves its answer in fractions; on them stand
`contradictions`, `repetitions`, `idle` rules and `fights` of a formula with a constraint over one cell.
"""
