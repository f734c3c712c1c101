"""Bill credits by Stripe: customer balance transactions. Its documentation: docs.stripe.com/api."""
