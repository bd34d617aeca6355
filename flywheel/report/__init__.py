"""The cycle report as frozen data, then rendered; charts as inline SVG."""
