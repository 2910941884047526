"""What people look at: an agency's inbox and its year, the board of a round with its call list, one report
and the leader's card of it, many beside each other with what stands out."""
