"""The technician's app for his phone: the page it lives on, and what a browser needs to install and keep it."""
