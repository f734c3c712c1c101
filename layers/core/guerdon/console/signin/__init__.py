"""Who is asking: sign-in by OpenID Connect, sessions, roles, and the guard against forged forms."""
