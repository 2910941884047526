"""Summing up: accepted reports become the children's part of their receiver's, and lead back to cells.

`consolidate` is the job, `stacks` reads many reports at once, `increments` only those that changed,
`following` keeps totals up to date until they are handed in, `bulletins` keep who is late, `missing` and
`missing_policy` say what becomes of a total that lacks a child, `trace` leads from a total to who typed what.
"""
