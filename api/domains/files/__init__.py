"""Files that were handed in or made by the service: received as data, kept by digest, served as attachments alone."""
