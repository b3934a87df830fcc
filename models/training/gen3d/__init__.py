"""Multi-view joint diffusion of heads: networks, losses, training, export (paper section 3.2)."""
