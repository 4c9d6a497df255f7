"""Pages of a list to files: politely, from public addresses only, each byte with its origin."""
