"""Deals of the past as a CSV file: its columns, reading and writing."""
