"""The edge: pages, the JSON interface, the command line and the worker.

The only room that knows who asks, in which language, and when; it opens the units of work and turns errors
into sentences. Others use nothing of it.
"""
