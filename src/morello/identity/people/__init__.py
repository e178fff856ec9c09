"""People: accounts, what they may do in an organization, groups, invitations."""
