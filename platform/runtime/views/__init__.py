"""What people look at: the inbox of an agency, the board of a round, one report, many beside each other."""
