"""Acts of citizens on a case: comments, following, rating, reopening, withdrawing."""
