"""What probably went wrong with a wrong figure: mistakes that come to it, found among many by what they give."""
