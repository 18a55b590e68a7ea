"""The dialogue as pure functions: state, message and search results in, next state and answers out."""
