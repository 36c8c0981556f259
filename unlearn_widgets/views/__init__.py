"""Views of a session: thin widgets that own nothing but how they look."""
