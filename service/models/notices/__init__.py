"""Tables of notices: messages, subscriptions, devices."""
