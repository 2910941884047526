"""Who one is and who is there: signing in, people of an agency, tokens, the audit, messages to telephones."""
