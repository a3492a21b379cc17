"""What normal recordings of a laser batch look like: learnt from them, kept in one model, compared with others."""
