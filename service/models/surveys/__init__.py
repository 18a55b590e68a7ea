"""Tables of inspection surveys: their side beside the work, their points, what others saw there."""
