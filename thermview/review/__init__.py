"""What people make of recordings: flags, kept scores, exports, reports."""
