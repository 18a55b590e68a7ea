"""Tables of advertisements' telephone numbers: the numbers, and where each was seen."""
