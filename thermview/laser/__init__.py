"""laser"""
