"""What comes in becomes a contact; what goes out is a message. E-mail first."""
