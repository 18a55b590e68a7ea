"""Tables of people who sign in: staff and citizens."""
