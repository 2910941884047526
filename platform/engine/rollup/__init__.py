"""Figures on their way up: many sheets into one.

`aggregate` sums sheets by each cell's rule and `increment` exchanges the few that changed; `imputation` marks
figures that stand in for missing ones, `grand_total` closes a table of agencies, `share` cuts a form into the
parts of several agencies and makes it whole again, `trace` tells where one figure comes from.
"""
