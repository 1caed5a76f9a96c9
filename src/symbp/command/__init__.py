"""What the command line prints and copies."""
