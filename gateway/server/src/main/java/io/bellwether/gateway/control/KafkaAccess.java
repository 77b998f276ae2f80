package io.bellwether.gateway.control;

import java.time.Duration;

/**
 * Where Kafka is.
 *
 * @param bootstrap brokers as host:port list
 * @param replicationFactor of topics that the gateway has to create
 * @param callTimeout longest wait in one call
 * @param clientId name in the broker's logs
 */
public record KafkaAccess(String bootstrap, short replicationFactor, Duration callTimeout, String clientId) {}
