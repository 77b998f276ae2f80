package io.bellwether.loadtests;

/** The rows that requests are made of. */
interface Rows {
    int rows();

    /** The class that a row belongs to; negative when nobody knows. */
    int label(int row);
}
