"""What a service owes its users when its process, its database or its disk fails."""
