# The version alone is on one line, for scripts.
sow --version
