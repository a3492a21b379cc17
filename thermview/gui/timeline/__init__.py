"""The recording along its time: overview, detail, thumbnails."""
