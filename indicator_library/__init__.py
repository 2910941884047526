"""Indicators: what figures mean, said once for all forms.

A set holds indicators; the code of an indicator never changes, what it means stands in versions that hold
from a day on (`catalogue`). Lists come from CSV or workbooks, told first and brought in after (`listing`,
`importer`); a starting set lies in `seeds/` with the provenance of each part. Agencies answer for indicators
by decisions with dates (`assignments`) and propose new ones (`proposals`). Templates name indicators by code
in their rows and columns; other rooms use the functions of these modules and `models`.
"""
