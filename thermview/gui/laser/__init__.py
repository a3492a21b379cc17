"""The laser spot on screen: its track and heat map over the frame, and the dock of traces, folded cycle and slice."""
