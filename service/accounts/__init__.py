"""Who works here: accounts, their roles, sessions and API keys."""
