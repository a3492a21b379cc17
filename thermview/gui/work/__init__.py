"""Work beside the window: threads, jobs, frames on demand, and what they bring."""
