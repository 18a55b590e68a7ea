"""Plans out of documents: the first screen takes a file or a paste, the second asks what is unclear."""
