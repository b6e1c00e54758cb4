"""The routes and the guards in front of them."""
