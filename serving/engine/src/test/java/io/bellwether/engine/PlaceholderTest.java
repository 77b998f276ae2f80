package io.bellwether.engine;

class PlaceholderTest {}
