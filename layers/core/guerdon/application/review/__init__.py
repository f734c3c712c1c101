"""What a person looks through: queries over the stored rows, and the plain view models that pages and the API show."""
