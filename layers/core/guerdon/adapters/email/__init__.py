"""Mail: the words, the templates and the sending by Amazon SES."""
