package io.bellwether.protocol;

import java.util.function.Function;

/** What came out of reading something from outside: the value, or why it was refused. */
public sealed interface Decoded<T> {

    record Valid<T>(T value) implements Decoded<T> {}

    record Refused<T>(Refusal refusal) implements Decoded<T> {}

    static <T> Decoded<T> valid(T value) {
        return new Valid<>(value);
    }

    /** Goes on with the value; a refusal stays what it is. */
    default <R> Decoded<R> then(Function<? super T, Decoded<R>> next) {
        if (this instanceof Valid<T> valid) {
            return next.apply(valid.value());
        }
        return ((Refused<T>) this).refusal().as();
    }
}
