"""Pages of the categories: the tree, the form of one, and the rows of its questions."""
