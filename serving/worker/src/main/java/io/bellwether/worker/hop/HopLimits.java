package io.bellwether.worker.hop;

/**
 * Limits of one stream.
 *
 * @param messageBytesMax largest message that the server takes
 * @param callsMax requests of the stream that may be unanswered
 * @param answerBytesHeldMax bytes of answers that may wait for the gateway to read them; one alone may be longer
 */
record HopLimits(int messageBytesMax, int callsMax, long answerBytesHeldMax) {}
