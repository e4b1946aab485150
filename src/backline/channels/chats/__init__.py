"""Chats: a customer writes on the portal and is answered there, or by e-mail once they have left."""
