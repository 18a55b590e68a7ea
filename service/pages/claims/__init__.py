"""Claims: the companies' own list of questions, and the case's form that asks."""
