"""What travels between the kernel and the browser: traits, codecs and messages."""
