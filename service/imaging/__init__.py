"""Pure picture work: what a file is, whether it decodes, what it tells, how the public sees it.

No database, no network, no settings. Bytes from strangers are decoded only in `sandbox`'s child process.
"""
