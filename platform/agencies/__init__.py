"""The agencies that report and receive, as a tree that changes over time.

An agency is known by its own id. Its name, its official code and its place in the tree hold from one day to
another: the codes of 2025 were given to other agencies than before, so a code is an identity only together
with a date. Levels (nation, province, commune, department) are rows. Others use `tree` (the tree of one day,
a value), `succession` (who came after whom, a value), `store` (reads both), `changing` (names, places and
ends from a day on), `successors` (who owns what an agency left), `attributes` (what rules may ask of an
agency), `importer`, `succession_importer` and `attribute_importer` (fill them from files).

People have accounts in it. `access` is the one question of who may do what, over rows that rooms declare;
`mandates` says which kind of agency may design which kind of regime, by the rows of a regulation
(`mandate_presets`); `sign_in`, `visits` and `tokens` are the ways in, `people`, `grants`,
`acting` and `people_import` what administrators do; `conditions` says of which agencies something holds.
"""
