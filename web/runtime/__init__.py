"""Running Rasa inside our own process: lean imports, actions without HTTP, measured patches, the agent itself."""
