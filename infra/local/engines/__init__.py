"""Databases that the store is held against: Amazon's DynamoDB Local, and the emulator's DynamoDB by itself."""
