"""The `jetki` command: plans builds, runs them, tells people what happened. The top layer of the builder."""
