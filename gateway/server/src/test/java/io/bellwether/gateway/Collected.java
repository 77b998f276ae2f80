package io.bellwether.gateway;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Everything that came over a stream, and how it ended. */
public final class Collected<T> implements StreamObserver<T> {
    public final List<T> messages = new CopyOnWriteArrayList<>();
    public volatile boolean completed;
    public volatile @Nullable Throwable failure;

    @Override
    public void onNext(T message) {
        messages.add(message);
    }

    @Override
    public void onError(Throwable broken) {
        failure = broken;
    }

    @Override
    public void onCompleted() {
        completed = true;
    }
}
