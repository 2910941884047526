"""Templates: the file format people exchange, drafts, frozen versions.

A template file is read into `engine.form.Form` (`fileformat`), told everything wrong with its shape, its
names, its rules and its examples (`examples`), kept as a draft while authors work on it (`drafts`), and
published as a version that never changes (`versions`). The forms that come with the product lie in `seeds/`
and enter through the same door (`library`). Other rooms use the functions of these modules and
`models.Version`; the runtime never sees drafts.
"""
