"""The command line of the clinic: one file a topic. `web.cli` adds the commands that need the web server."""
