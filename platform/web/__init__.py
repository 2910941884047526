"""The edge: the command line and the worker today, pages later.

The only room that knows who asks, in which language, and when; it opens the units of work and turns errors
into sentences. Others use nothing of it.
"""
