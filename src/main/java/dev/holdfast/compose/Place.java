package dev.holdfast.compose;

/** A place in a file; line and column count from 1, and 0 means the file as a whole. */
record Place(String file, int line, int column) {
  static Place whole(String file) {
    return new Place(file, 0, 0);
  }
}
