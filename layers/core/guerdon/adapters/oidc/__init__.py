"""Sign-in at an identity provider by OpenID Connect: the code flow with PKCE, and tokens that are verified."""
