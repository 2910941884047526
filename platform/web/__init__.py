"""The edge: command line and worker today; the only room that knows who asks, in which language, and when."""
