"""The subcommands of `hientruong`, one module a noun; cli.py imports only the one that is called."""
