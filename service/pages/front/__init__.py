"""Files that a browser fetches beside pages: built assets, manifest, icons."""
