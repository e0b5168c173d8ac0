"""What programs read: documents about the programme, its talks and their boards."""
