"""What people look at: the inbox of an agency and its year, the board of a round with its call list, one report
and the leader's card of it, many beside each other with what stands out."""
