"""One inspection a file: what each module here calls INSPECTION is in the registry."""
