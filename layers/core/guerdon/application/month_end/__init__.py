"""The end of a month: its pack is put together by one person, reviewed by another, and then the month is closed."""
