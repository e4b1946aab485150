"""The catalogue in a browser: case types looked at, drafted, tried on cases, published, and moved along."""
