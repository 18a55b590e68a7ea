"""Mail on the loopback: letters, mailboxes, a private mail server."""
