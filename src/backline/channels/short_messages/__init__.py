"""SMS and messages of social networks: signed webhooks of the provider that carries them."""
