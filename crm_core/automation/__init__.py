"""What happens by itself: journeys that contacts go through once something happened."""
