"""Where each row came from and what allows its use: evidence, robots.txt and terms as they stood when it was taken."""
