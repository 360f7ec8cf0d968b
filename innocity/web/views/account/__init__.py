"""One's account: sign-in, password, second factor, sessions; who may act for a firm."""
