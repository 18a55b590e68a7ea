"""Changes that happen because time passes: warnings of deadlines, closing and ending."""
