"""Listen: connectors, and making what they give fit for the store: normalised, pseudonymised, redacted."""
