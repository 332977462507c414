"""Generated bad inputs of every kind, through the command line."""
