"""Do the toolkit's conclusions hold with few schools? Its own functions on thousands of simulated studies whose truth is known."""
