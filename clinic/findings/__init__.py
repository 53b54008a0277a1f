"""What the emergency screen decided about which message."""
