"""A believable company for first steps, demonstrations and measurements; all of it is made up."""
