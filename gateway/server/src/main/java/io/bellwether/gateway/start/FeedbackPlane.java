package io.bellwether.gateway.start;

import io.bellwether.gateway.config.GatewayConfig;
import io.bellwether.gateway.control.KafkaAccess;
import io.bellwether.gateway.control.KafkaFeedbackLog;
import io.bellwether.gateway.control.TopicFollower;
import io.bellwether.gateway.feedback.AbsentFeedbackLog;
import io.bellwether.gateway.feedback.FeedbackLog;
import io.bellwether.gateway.feedback.PairBook;
import io.bellwether.gateway.inference.Bookkeeping;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Feedback of applications on its way to Kafka and back to the gateway that has answered. */
@Singleton
public class FeedbackPlane {
    private final FeedbackLog log;
    private final @Nullable TopicFollower follower;

    FeedbackPlane(GatewayConfig config, PairBook pairs, Bookkeeping clients) {
        Optional<KafkaAccess> kafka = ControlPlane.kafka(config);
        this.log = kafka.<FeedbackLog>map(KafkaFeedbackLog::new).orElseGet(AbsentFeedbackLog::new);
        this.follower = kafka.map(access -> TopicFollower.ofFeedback(access, feedback -> {
                    pairs.heard(feedback);
                    clients.told().heard(feedback);
                }))
                .orElse(null);
    }

    void start() {
        if (follower != null) {
            follower.start();
        }
    }

    void close() {
        if (follower != null) {
            follower.close();
        }
        if (log instanceof KafkaFeedbackLog kafka) {
            kafka.close();
        }
    }

    FeedbackLog log() {
        return log;
    }
}
