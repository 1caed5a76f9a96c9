"""The step of a workspace: array statements as calls that write into planned buffers, and the passes over them."""
