"""What is held about a person: handed out, kept no longer than allowed, sealed where it is nobody's business."""
