"""What is special to the laser videos: reference frames, lanes by cause, obstacles."""
